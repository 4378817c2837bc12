"""The pages of the window and their parts; each takes the session and knows no other panel."""
