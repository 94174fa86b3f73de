"""The search for settings of the net: by trying, judged on rows held back, before the net itself is trained."""
