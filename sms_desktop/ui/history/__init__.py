"""What became of one message: every word about its status, drawn from top to bottom over the timeline."""
