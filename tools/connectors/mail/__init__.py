"""Mail: sending by SMTP, receiving by IMAP, parsing hostile messages."""
