"""Where work runs: a run is a folder, a job is a process that writes it."""
