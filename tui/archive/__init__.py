"""What is remembered: the connections that Alpemix forgets after two days, and how often it was asked.

One SQLite file, shared by all Helpdeck processes of a person on one machine. It is loaded late: not before the first
frame.
"""
