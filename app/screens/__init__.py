"""One script per screen, run by `st.navigation`; nothing imports them."""
