"""What is kept and given away: an owner's store, the verbs of a run."""
