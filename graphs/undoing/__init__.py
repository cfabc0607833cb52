"""What can be owed because something went wrong: one kind of trouble per module, each a generator of deeds."""
