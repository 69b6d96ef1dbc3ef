"""Eight attackers at once beside ten honest users, on a whole stack at production's pace."""
