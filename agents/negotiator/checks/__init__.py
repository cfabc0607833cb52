"""What no letter may say, in four languages: secrets in any spelling, undecided figures, pressure, claims without proof, promises.

`spelling` undoes disguises, `numerals` reads numbers in words, `leaking` finds secrets, `statements` finds sentences that must not be
said, `vocabulary` knows the words that courteous letters need. `agents.negotiator.outgoing` is their face.
"""
