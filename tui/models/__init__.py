"""What is known: frozen values, the boards that fold events into them, and the cleaning of remote text."""
