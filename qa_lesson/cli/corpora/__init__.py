"""Commands for a whole collection of passages: index and search it, ask it, choose when it answers."""
