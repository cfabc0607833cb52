"""Control: what follows what, and what is allowed. Imports `agents`, `tools`, `memory`; `graphs.service` is the only door for `app`."""
