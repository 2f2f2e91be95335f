"""What both engines of the archive say alike: the statements, and what is made of their answers."""
