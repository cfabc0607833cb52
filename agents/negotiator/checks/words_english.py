"""The words of courteous letters in English. Left out on purpose: what limits, compares, presses, promises or counts."""

from __future__ import annotations

WORDS = """
a able about absolutely acceptable accommodating achievable across add added addressed addressing afternoon again agree agreeable
agreement ahead align aligned alignment all allow allowing allows along also although always am an and answer answered answers any anyone
anything anywhere appear appears appreciate appreciated appreciates appreciation approach are around arrange as ask asked aspect aspects
assistance at attached attention available away b back based be became because become been before beforehand began begin believe below
best between both brief briefly bring brought busy but by c call called can care careful carefully case certain certainly check checked
checking choose clarification clarified clarify clarifying clarity clean clear clearer clearly close collaborate collaboration colleague
colleagues come comes comfortable coming comment comments common complete completed comprehensive concern concerning concerns conditions
confirm confirmation confirmed confirming consider considerate consideration considered constructive constructively consult contact
continue contract conversation cooperation cooperative cordial correct could courteous courtesy crisp curious currently d dealt dear
delighted described detail detailed details determine did difficult difficulty directly discuss discussing discussion do does doing done
during each eager earlier ease easier easily easy efficient effort effortless efforts either else email enable encouraging end enjoy
enjoyed enough enquiry ensure especially essential evening every everything exactly example excellent exchange expect explain explained
explaining explanation express fair fairly faithfully far feasible feedback feel feels few find finding fine first fit fits follow
following follows for form forth forward forwarded found friendly from full fully further gather get gets getting give given gives giving
glad gladly go goes going gone good goodwill graciously grateful great greetings ground guidance guide had happen happens happy has have
having hear heard hearing heartfelt hello help helped helpful helps here herewith hesitate hi hope hoping how i idea ideal ideally if
important impression improved in include included indeed indicate inform information informed input inquiry intend intention interest
interested interesting into invite involved is issue it item items its itself join jointly just keen keep kind kindly kindness know lastly
left let lets letter letters like liked likely likewise line listed little ll long look looked looking lovely m made mail mails make makes
making manage manageable many match matter may me mean means meant meet meeting meets mention mentioned message messages met might mind
minute moment more morning move moving much mutual mutually my name natured near neat necessary need needed needing needs net nevertheless
news next nice nicely no none not note noted now obstacle obvious of offer offered offering offers often ok okay older on one ones onwards
open opinion opportunity option or otherwise our ours out outcome outline outlined over overall overview package packages page part
particular partly parts pass paths patience per perfectly perhaps personally phone phrase piece place pleasant please pleased pleases
pleasure point points position positively possible possibly practical precise precisely prefer preference preferred prepare prepared
present presenting pretty previous previously price prices problem problems proceed product progress promising prompt promptly properly
proposal propose proposed provide provided put question questions quick quickest quickly quite quotation quote ran rapid rather re reach
reaching reaction read reader reading ready realistic really reason reasonable reasonably receipt receive received recent recently
referring reflect reflected reflects regard regarding regards relate relevant remain replied replies reply replying require required
requirement requirements resolve respect respectful respectfully respond responded responding response responsive result return revert
review reviewed revised revisit right rightly s said sales same satisfactory satisfied say says see seeking seem seemed seems seen sees
send sending sense sent seriously serve set setup share sharing short shortly should side simple simply since sincerely single sir sit
small smooth smoothly so solid solution some someone something soon sorry sound sounds speak speaking specific speedy spent spirit
splendid stand stands start started state stated stay step steps still straight straightforward strong studied study subject subjects
submit submitted successful such suggest suggested suggestion suit suitable suiting suits summary support sure surely swift t tailored
take taken taking talk team tell term terms than thank thankful thanks that the their them then there these they thing things think this
thorough thoroughly those thought thoughtful thoughts thrilled through thus tick time timely to together tone too took topic touch
transparent treat true truly trust try trying typed unable unanswered unclear understand understandable understanding understood until up
update updated us use useful valuable valued ve verify version very via viable view views visit wait want warm warmly was way we welcome
welcomed well went were what whatever when whenever where wherever whether which whichever while who whole wholly will wish with without
wonder word words work workable worked working works worry worth would wrap write writing written yes yet you your yours yourself
"""
