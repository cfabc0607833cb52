"""Simulated vendors: sales desks that read their own mailbox by IMAP and answer by SMTP, like people would.

What is real: the mail (both directions through the sandbox's servers, envelopes, threading headers, quoted history, HTML,
attachments), the contract PDF, the arithmetic of quotes, contracts and invoices. What is simulated: the companies (all
fictional, `.example`), their prices, and their judgement: a small pure function (`bargaining.respond`) from personality,
dealing so far and what was heard to the next response, the same for the same seed. They hear our mails only as text
(`listening.hear`): "Need: ..." lines, a counteroffer's price, an acceptance, a signed contract, a farewell. No desk can
read our budget, our other negotiations, or the database.

Demo: `BRIEFLARK` (concedes step by step for annual prepayment), `POSTINO` (one step, then stubborn), `PAPERTERN` (cheap, data
in the US, tries to talk to software and to slip in new bank details). Tests also use `FABLEPOST` (lies about a competitor),
`ZIGZAG` (figures that do not fit together), `SWAPWELL` (a contract that differs from what was agreed), `MUTEMAIL` (silence).
"""
