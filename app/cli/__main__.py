"""`python -m app.cli` is `qm`."""

from app.cli import main

main()
