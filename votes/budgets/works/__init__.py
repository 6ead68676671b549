"""What becomes of a funded project: stages with dates, told once each."""
