"""Facts that the clock brings about: reminders, renewals that come due, the weekly review, the nightly verification."""
