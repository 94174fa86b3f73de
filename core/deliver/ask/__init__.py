"""Questions to the open models, with values instead of JSON: light, so that pages may ask."""
