"""Where people meet it: settings, bootstrap, command line, worker, dashboard. The only floor that reads the environment."""
