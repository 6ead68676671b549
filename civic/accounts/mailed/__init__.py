"""What is done with a link sent by mail."""
