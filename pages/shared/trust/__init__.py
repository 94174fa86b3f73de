"""Trust, as the page shows it: what is asked, how far it is, the verdicts, and each audit opened."""
