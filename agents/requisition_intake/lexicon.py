"""What things are called: phrase → category, and the finer shelf of the catalogue it stands on."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from memory.domain.instruction import Category

_S, _H, _V, _C = Category.SAAS, Category.HARDWARE, Category.SERVICES, Category.CONTRACTOR

_SHELVES: tuple[tuple[str, Category, str], ...] = (
    ("email_marketing", _S, "email marketing|e-mail marketing|newsletter|mailing list|email campaign|mass mailing|marketing email|email automation|mailing tool|email newsletter|marketing automation|email blast"),
    ("crm", _S, "crm|customer relationship|customer relationship management|sales pipeline|contact management|sales tracker|lead tracking|lead management"),
    ("project_management", _S, "project management|task management|task manager|project planning|kanban|kanban board|issue tracker|bug tracker|issue tracking|to-do app|todo app|to-do list|project tracking|task tracking|roadmap tool|task board|gantt"),
    ("hosting", _S, "web hosting|hosting|vps|virtual server|cloud server|managed kubernetes|wordpress hosting|dedicated server|cloud hosting|virtual private server|vm|virtual machine|cloud compute|managed postgres|managed database|gpu instance|cdn|object hosting|podcast hosting|podcast host|video hosting|image hosting"),
    ("password_manager", _S, "password manager|password management|password vault|secrets manager|credential manager|password tool"),
    ("accounting", _S, "accounting software|accounting tool|accounting app|accounting package|accounting system|invoicing|invoicing tool|invoicing software|invoice tool|bookkeeping software|bookkeeping tool|expense tracking|expense management|billing software|billing tool|payroll software|invoice app|bookkeeping app|accounting program|expense tool|payroll tool|payroll system"),
    ("video_calls", _S, "video call|video conferencing|video conference|video meeting|web conferencing|videoconferencing|webinar|webinar platform|webinar tool|online meeting|virtual meeting"),
    ("design", _S, "design tool|design software|prototyping tool|wireframing tool|graphics software|design app|photo editing software|photo editor|video editing software|video editor software|vector graphics|online whiteboard|whiteboard tool|whiteboard app|digital whiteboard|collaborative whiteboard|virtual whiteboard|whiteboarding|ui design tool|mockup tool|video editing tool|illustration software|cad software|photo editing"),
    ("backup_storage", _S, "backup|backup storage|cloud storage|cloud backup|online backup|file storage|offsite backup|object storage|backup solution|file sharing|file sync|online storage|s3 storage|off-site backup|storage space|cloud drive"),
    ("domain_dns", _S, "domain|dns|domain name|dns hosting|domain registration|domain registrar|ssl certificate|tls certificate|managed dns"),
    ("analytics", _S, "analytics|web analytics|website analytics|product analytics|dashboarding|business intelligence|bi tool|heatmap|session recording|visitor tracking|web statistics|seo tool|seo software|rank tracker|keyword research tool|reporting tool|dashboard tool"),
    ("customer_support", _S, "customer support software|customer support tool|customer support platform|helpdesk|help desk|ticketing|ticketing system|ticket system|live chat|chatbot|customer service software|support desk|shared inbox|knowledge base|customer support|support ticketing|support inbox|customer service tool|customer service platform|support software|support tool"),
    ("email_hosting", _S, "email hosting|business email|mail hosting|mailbox|email provider|email account|webmail|e-mail hosting|email service|hosted email|transactional email|email api"),
    ("team_chat", _S, "team chat|chat tool|team messaging|messaging app|chat app|internal chat|instant messaging|team communication|messaging tool|work chat"),
    ("e_signature", _S, "e-signature|electronic signature|esignature|digital signature|document signing|e-signing|esign|signing tool|contract signing|sign documents"),
    ("scheduling", _S, "scheduling tool|scheduling software|booking system|appointment scheduling|appointment booking|calendar tool|booking tool|booking software|scheduling app|booking app|scheduler|meeting scheduler|appointment software|calendar app|online booking"),
    ("forms_surveys", _S, "survey tool|survey software|form builder|online form|survey|surveys|survey platform|forms tool|feedback tool|questionnaire tool|polling tool|online survey"),
    ("time_tracking", _S, "time tracking|time tracker|timesheet|timesheets|attendance tracking|time recording"),
    ("hr_software", _S, "hr software|hr tool|hr system|payroll software|applicant tracking|applicant tracking system|recruiting software|hris|employee onboarding software|hr platform|leave management|recruitment software"),
    ("ecommerce", _S, "ecommerce platform|e-commerce platform|shop software|online shop software|webshop|payment gateway|payment processor|shop system|online store builder|store builder|inventory software|inventory management|inventory system|pos system|point of sale software|checkout tool|subscription billing"),
    ("website_builder", _S, "website builder|site builder|landing page builder|cms|content management system|page builder|blog platform|blogging platform|headless cms"),
    ("social_media", _S, "social media scheduler|social media management|social media tool|social media scheduling|social scheduling|social media planner|social media management tool"),
    ("monitoring", _S, "uptime monitoring|monitoring tool|error tracking|log management|status page|observability|application monitoring|server monitoring|monitoring service|logging tool|error monitoring|crash reporting|uptime monitor"),
    ("developer_tools", _S, "code hosting|git hosting|ci service|ci/cd|code editor|ide|code review tool|api testing tool|ci runner|version control|feature flag|continuous integration"),
    ("ai_assistant", _S, "ai assistant|ai writing tool|transcription tool|transcription software|coding assistant|ai tool|chat assistant|speech-to-text|text-to-speech|ai image generator|ai note taker|meeting transcription|llm api|transcription app|grammar checker|ai notetaker"),
    ("vpn_security", _S, "vpn|antivirus|endpoint protection|security software|anti-virus|malware protection|firewall software|single sign-on|identity provider|sso provider|2fa tool|email security|spam filter|anti-malware"),
    ("notes_docs", _S, "wiki|note-taking app|notes app|documentation tool|team wiki|knowledge management|note taking app|office suite|document management|document management system|spreadsheet software|word processor|note taking|documentation platform|pdf editor|documents tool|intranet|pdf software|office software"),
    ("phone_system", _S, "voip|phone system|virtual phone number|business phone number|cloud telephony|call center software|sms gateway|virtual number|toll-free number|voip system|voip service|telephony"),
    ("learning", _S, "e-learning platform|learning platform|lms|learning management system|course platform|online course platform|learning management"),
    ("automation", _S, "automation tool|workflow automation|no-code tool|integration platform|automation platform|zapier alternative|web scraper|scraping tool|low-code platform|workflow tool|data pipeline tool|etl tool"),
    ("contract_management", _S, "contract management|contract management software|legal software|gdpr tool|consent management|cookie banner|compliance software|cookie consent|compliance tool|privacy tool"),
    ("fleet_operations", _S, "route planning software|fleet software|property management software|restaurant software|practice management software|erp|erp system|pim|dam|digital asset management|warehouse software|event software|ticketing software|membership software|donor software|membership management|event management software"),
    ("software", _S, "software|saas|web app|mobile app|subscription|software licence|software license|online tool|cloud tool|platform|tool|app|plugin|extension|cloud service|programme|web tool|software package|api"),
    ("laptop", _H, "laptop|notebook computer|macbook|macbook air|macbook pro|thinkpad|chromebook|ultrabook|notebook pc|laptop computer|gaming laptop|surface laptop|surface pro|zenbook|elitebook|latitude|dell xps"),
    ("desktop", _H, "desktop pc|desktop computer|workstation|imac|mac mini|mac studio|mini pc|pc|computer|desktop|gaming pc|thin client|nuc|all-in-one pc"),
    ("monitor", _H, "monitor|display|screen|computer monitor|curved monitor|4k monitor|ultrawide|ultrawide monitor|portable monitor"),
    ("phone", _H, "phone|smartphone|iphone|mobile phone|desk phone|cell phone|android phone|cellphone|pixel phone|galaxy phone|work phone|handset|conference phone|satellite phone|fairphone|galaxy s24|google pixel|mobile"),
    ("tablet", _H, "tablet|ipad|e-reader|drawing tablet|graphics tablet|ipad pro|ipad air|pen tablet|kindle"),
    ("printer", _H, "printer|laser printer|scanner|label printer|inkjet printer|multifunction printer|document scanner|3d printer|colour laser printer|color laser printer|photocopier|copier|receipt printer|plotter|barcode scanner|all-in-one printer|thermal printer|inkjet|shredder|laminator|paper shredder|franking machine"),
    ("office_chair", _H, "office chair|desk chair|ergonomic chair|chair|ergonomic office chair|stool|gaming chair|meeting room chair|conference chair|task chair|swivel chair"),
    ("desk", _H, "desk|standing desk|sit-stand desk|height-adjustable desk|office desk|height adjustable desk|table|conference table|meeting table|electric desk|workbench|desk converter"),
    ("peripherals", _H, "keyboard|mouse|headset|headphones|headphone|webcam|microphone|docking station|dock|usb hub|usb-c hub|mice|monitor arm|laptop stand|speaker|trackpad|charger|cable|adapter|power bank|usb stick|usb drive|earbuds|mechanical keyboard|usb cable|hdmi cable|usb-c cable|ethernet cable|ring light|presenter|noise-cancelling headphones|noise cancelling headphones|conference speaker|speakerphone|card reader|stylus|mousepad|laptop bag|laptop sleeve|power strip|extension lead|memory card|sd card|usb microphone|gimbal|tripod"),
    ("storage_device", _H, "external drive|external hard drive|hard drive|ssd|nas|external ssd|hard disk|portable ssd|nvme drive|nvme|backup drive|external disk|tape drive|nas drive"),
    ("network", _H, "router|wifi router|switch|network switch|access point|firewall appliance|wi-fi router|mesh wifi|wireless router|modem|patch panel|network cable|ups|uninterruptible power supply|wifi access point|5g router|mesh system|ethernet switch|repeater|wlan router"),
    ("server", _H, "server|rack server|server rack|raspberry pi|graphics card|gpu|ram|memory module|cpu|motherboard|tower server|home server|graphics cards|processor|rack"),
    ("camera_av", _H, "camera|projector|tv|television|security camera|lens|dslr|mirrorless camera|beamer|display screen|document camera|action camera|drone|tv screen|projector screen|dash cam|conference camera|camcorder|lighting kit|studio light|video camera"),
    ("furniture", _H, "filing cabinet|whiteboard|shelf|bookshelf|whiteboard on wheels|desk lamp|lamp|cabinet|sofa|couch|locker|partition|coat rack|shelving unit|bookcase|pedestal|storage cabinet|shelving|furniture|acoustic panel|phone booth|flip chart|physical whiteboard|monitor stand|footrest|drawer unit|shelves"),
    ("office_supplies", _H, "paper|toner|ink cartridge|stationery|pens|notebooks|envelopes|printer paper|copy paper|toner cartridge|shipping boxes|cardboard boxes|packaging|labels|office supplies|pen|stapler|binder|folders|bubble wrap|envelope|shipping labels|mailing boxes|boxes|packing tape|sticky notes|a4 paper|post-its|batteries|battery"),
    ("appliance", _H, "coffee machine|espresso machine|fridge|water cooler|air conditioner|fan|heater|air purifier|microwave|coffee maker|kettle|dehumidifier|vacuum cleaner|water dispenser|refrigerator|dishwasher|coffee grinder|humidifier|air conditioning unit|space heater|first aid kit|fire extinguisher|generator|solar panel|e-bike|cargo bike|van|forklift|hand truck|trolley|power tool|drill|label maker|machine|device|equipment|tools kit|toolbox|sewing machine|pallet jack|laser cutter"),
    ("accessories_print", _H, "t-shirts|t-shirt|mugs|merch|merchandise|swag|hoodies|tote bags|stickers|hoodie|uniforms|workwear|badge|name badge|rfid card|lanyard|safety shoes|safety boots|safety glasses|work gloves"),
    ("cleaning", _V, "office cleaning|cleaning|cleaner|cleaning service|cleaning company|window cleaning|janitorial|janitorial service|window cleaner|carpet cleaning|deep clean|office cleaner|cleaning crew|cleaners|waste disposal|waste collection|recycling pickup|laundry service"),
    ("legal", _V, "lawyer|legal advice|legal review|attorney|law firm|contract review|trademark registration|trademark|notary|legal counsel|solicitor|patent attorney|legal help|legal service|legal support|trademark filing|trademark lawyer|employment lawyer|legal consultation"),
    ("tax_accounting", _V, "tax advisor|tax adviser|accountant|bookkeeper|bookkeeping|bookkeeping service|tax return|tax consultant|audit|payroll service|annual accounts|auditor|accounting service|payroll provider|vat registration|tax filing|accounting firm|accountancy|payroll|cpa|tax preparation|year-end accounts|vat return"),
    ("insurance", _V, "insurance|liability insurance|cyber insurance|health insurance|business insurance|indemnity insurance|insurance policy|professional indemnity"),
    ("printing", _V, "business cards|flyers|brochures|printing|printing service|posters|banner printing|print shop|business card|leaflets|banners|flyer|brochure|poster|signage|roll-up banner|print run|printed flyers|printed brochures|catalogue printing|stickers printing|vehicle wrap"),
    ("logistics", _V, "courier|shipping|shipping service|freight|storage unit|moving company|parcel service|fulfilment|fulfillment|courier service|removal company|warehouse space|delivery service|logistics|movers|van hire|car hire|car rental|van rental|forwarder|freight forwarder|fulfilment service|moving service|customs broker|relocation service|warehousing|messenger service"),
    ("workspace", _V, "coworking|coworking space|office space|meeting room|desk rental|office rental|virtual office|mail forwarding|event venue|venue|conference room|hot desk|coworking desk|business address|registered address|virtual mailbox|training room|parking space|exhibition stand|trade fair booth|booth"),
    ("catering", _V, "catering|coffee delivery|fruit basket|lunch delivery|caterer|catering service|coffee subscription|snack box|fruit delivery|water delivery|team dinner|christmas party|coffee beans|lunch"),
    ("training", _V, "training|workshop|course|coaching|first aid course|language course|language lessons|safety training|first aid training|english lessons|training course|security training|coach|seminar|certification course|german lessons|team building|team-building"),
    ("connectivity", _V, "internet connection|broadband|fibre|mobile plan|phone contract|internet access|business internet|internet|sim cards|sim card|fibre internet|data plan|fiber|internet line|leased line|mobile contract|electricity|energy contract|gas contract|electricity contract"),
    ("it_services", _V, "it support|managed it|penetration test|pen test|security audit|pentest|it maintenance|data recovery|repair|maintenance|laptop repair|managed it services|phone repair|installation|penetration testing|it service provider|managed service provider|disposal|data destruction|it service|support contract|maintenance contract|accessibility audit|code audit|it security audit|gdpr audit|data protection officer|dpo|printer repair|printer maintenance|seo audit|managed hosting provider|cabling|network installation"),
    ("marketing_services", _V, "marketing agency|seo agency|pr agency|advertising campaign|design agency|market research|ad campaign|web agency|advertising agency|google ads management|branding agency|advertising|link building|seo service|recruitment agency|recruiter|staffing agency|digital agency|creative agency|translation agency|video production|ppc management|executive search|headhunter|public relations|press release distribution|content agency|ads management|seo services|social media agency|lead generation"),
    ("travel", _V, "van hire|car hire|car rental|van rental|equipment hire|flight|hotel|travel|train ticket|accommodation|hotel room|airport transfer|travel agency|taxi|train tickets|conference tickets|conference ticket|flights"),
    ("security_facility", _V, "security guard|alarm system installation|pest control|gardening|gardener|plant care|security service|landscaping|snow removal|locksmith|hvac maintenance|elevator maintenance|alarm monitoring|answering service|receptionist service|call answering|call answering service|fire safety inspection|pat testing|window replacement|facility management|medical checkup|occupational health|plumbing|electrical work|translation service|transcription service|translation services|proofreading service|translations|background check|credit check|debt collection|company registration|company formation|consulting service|consultancy|agency|proofreading|photo retouching|translation|transcription|subtitling|painting|renovation|service|services"),
    ("developer", _C, "developer|dev|rust dev|web dev|app developer|mobile app developer|software dev|web developer|software developer|programmer|react developer|frontend developer|front-end developer|backend developer|wordpress developer|python developer|software engineer|data engineer|devops engineer|mobile developer|ios developer|android developer|engineer|full-stack developer|full stack developer|php developer|sysadmin|data scientist|data analyst|developers|web designer|coder|backend engineer|frontend engineer|machine learning engineer|qa tester|tester|security engineer|database administrator|system administrator|shopify developer|node developer|java developer|tech lead|fullstack developer|webmaster|network engineer|cloud architect|ml engineer|qa engineer|pen tester|penetration tester"),
    ("designer", _C, "designer|artist|graphic designer|ui designer|ux designer|illustrator|logo designer|brand designer|product designer|animator|motion designer|logo design|logo|ux researcher|packaging designer|video editor|video editing|videographer|photographer|interior designer|ui/ux designer|graphic design|web design|website redesign|product photos|product photography|photo shoot|filmmaker|3d artist|sound engineer|ui designers|presentation designer|icon designer|landing page design|voice actor|voice-over artist|voiceover artist|voice over artist|podcast editor|brand identity|retoucher|photography"),
    ("writer", _C, "copywriter|writer|editor|translator|technical writer|content writer|ghostwriter|proofreader|interpreter|copywriting|blog writer|blog posts|blog articles|journalist|ux writer|copy editor|blog post|article|articles|transcriber|transcriptionist|grant writer|scriptwriter|speechwriter|seo writer|content writing"),
    ("assistant", _C, "virtual assistant|consulting|assistant|freelancer|contractor|consultant|project manager|personal assistant|marketing consultant|seo consultant|social media manager|community manager|interim manager|data entry clerk|freelance|subcontractor|it consultant|bookkeeper freelance|scrum master|product manager|seo expert|seo specialist|marketer|ads specialist|google ads specialist|sales rep|sales representative|customer support agent|receptionist|business analyst|researcher|trainer|expert|specialist|part-timer|temp|seo freelancer|marketing specialist|tutor|event manager|agile coach|accounting freelancer|freelancers|contractors|advisor|data entry|business coach|moderator|speaker for|gdpr consultant|security consultant|va|hr consultant|facilitator"),
    ("trades", _C, "electrician|plumber|carpenter|painter|handyman|builder|technician|welder|roofer|joiner|decorator|bricklayer|tiler|mover|installer|mechanic|it technician|hvac technician|plasterer|driver"),
)  # fmt: skip

_SERVICE_HEADS = re.compile(r"\b(?:agency|company|firm|service|services|provider|bureau|studio|practice|maintenance contract)\b")
_SOFT_HEADS = re.compile(
    r"\b(?:software|tool|app|platform|saas|system|solution|plugin|subscription|licen[cs]es?|seats|suite|program|api)\b"
)
_ONLINE = re.compile(r"\b(?:online|cloud|web|web-based|hosted|streaming|internet-based)\b[^,]*\bservices?\b")
_PEOPLE = re.compile(r"\b(?:freelance(?:r|rs)?|contractors?|consultants?|someone|somebody|(?:an? )?expert|hire(?!$))\b")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be bought."""

    shelf: str
    category: Category

    @property
    def generic(self) -> bool:
        """Whether the word says next to nothing: "tool", "service", "freelancer", "device"."""
        return self.shelf == "software"


GENERIC_WORDS = frozenset(
    [
        "software",
        "saas",
        "subscription",
        "platform",
        "tool",
        "app",
        "plugin",
        "extension",
        "service",
        "services",
        "agency",
        "freelancer",
        "freelance",
        "contractor",
        "consultant",
        "expert",
        "specialist",
        "device",
        "machine",
        "equipment",
        "assistant",
        "api",
        "program",
        "programme",
        "solution",
        "system",
        "provider",
        "company",
        "someone",
        "somebody",
        "something",
        "person",
        "help",
        "support",
        "thing",
        "things",
        "stuff",
    ]
)


@functools.cache
def entries() -> dict[str, Entry]:
    """Return every phrase, lower case and singular as listed, with its entry. The first listing of a phrase wins."""
    table: dict[str, Entry] = {}
    for shelf, category, phrases in _SHELVES:
        for phrase in phrases.split("|"):
            table.setdefault(phrase, Entry(shelf, category))
    return table


@functools.cache
def pattern() -> re.Pattern[str]:
    """Return a pattern that finds the longest listed phrase, singular or plural."""
    phrases = sorted(entries(), key=len, reverse=True)
    return re.compile(
        r"(?<![\w-])(?P<phrase>" + "|".join(re.escape(p).replace(r"\ ", r"[\s-]") for p in phrases) + r")(?P<plural>e?s)?(?![\w])"
    )


def entry_of(phrase: str) -> Entry:
    """Return the entry for text that `pattern` matched. Raises `KeyError` for other text."""
    table = entries()
    words = " ".join(phrase.split())
    for form in (
        words,
        words.replace("-", " "),
        words.removesuffix("s"),
        words.removesuffix("es"),
        words.replace("-", " ").removesuffix("s"),
    ):
        if form in table:
            return table[form]
    spaced = {p.replace("-", " "): e for p, e in table.items()}
    return spaced.get(words.replace("-", " ")) or spaced[words.replace("-", " ").removesuffix("s")]


def category_of(phrase: str) -> Category | None:
    """Return the category of a noun phrase: its last telling word decides, its head noun has a veto ("cleaning software")."""
    found = _telling(phrase)
    if _PEOPLE.search(phrase) or (found is not None and found.category is Category.CONTRACTOR and _ends_with_person(phrase)):
        return Category.CONTRACTOR
    if (headed := _by_head(phrase, found)) is not None:
        return headed
    if found is None or found.generic:
        task = _task(phrase)
        return Category.SAAS if task is not None else found.category if found is not None else None
    return found.category


def _by_head(phrase: str, found: Entry | None) -> Category | None:
    """Return the category the head noun gives: a "cleaning agency" is a service, "cleaning software" is none, an "online service" is software."""
    served, soft = _SERVICE_HEADS.search(phrase) is not None, _SOFT_HEADS.search(phrase) is not None
    if served and _ONLINE.search(phrase) and (found is None or found.generic or found.category is Category.SAAS):
        return Category.SAAS
    if found is None or found.category is Category.HARDWARE:
        return None
    if served and not soft:
        firm = found.category is not Category.SAAS or found.generic or re.search(r"agency|company|firm", phrase) is not None
        return Category.SERVICES if firm else found.category
    return Category.SAAS if soft and found.category in {Category.SERVICES, Category.CONTRACTOR} else None


def _ends_with_person(phrase: str) -> bool:
    """Whether a profession is the head of the phrase: a "mobile app developer" is no app."""
    matches = list(pattern().finditer(phrase))
    return (
        bool(matches)
        and re.search(r"(?:er|or|ist|ant|eer)s?$", matches[-1].group()) is not None
        and entry_of(matches[-1]["phrase"]).category is Category.CONTRACTOR
    )


def catalogue_category(need: str) -> str | None:
    """Return the catalogue's shelf for a need ("email_marketing", "laptop", ...), or None where none fits."""
    found = _telling(need.lower())
    return _task(need.lower()) if found is None or found.generic else found.shelf


_TASKS: tuple[tuple[str, str], ...] = (
    ("e_signature", r"\b(?:e-?sign|sign(?:ing)?) (?:\w+ )?(?:contracts?|documents?|pdfs?|agreements?|ndas?|paperwork)"),
    ("email_marketing", r"\bsend(?:ing)? (?:out )?(?:\w+ )?(?:newsletters?|campaigns?|mailings?|bulk emails?|marketing emails?)"),
    ("accounting", r"\b(?:send|creat|writ|issu|generat|manag|scan|track)(?:e|ing)? (?:\w+ )?(?:invoices|receipts|expenses)|\b(?:do|run)(?:ing)? (?:our |my |the )?(?:books|bookkeeping|accounts)"),
    ("time_tracking", r"\b(?:track|log|record)(?:ing)? (?:\w+ )?(?:time|hours|working hours|billable hours)"),
    ("password_manager", r"\b(?:shar|stor|manag|sav)(?:e|ing) (?:\w+ )?(?:passwords|logins|credentials)"),
    ("scheduling", r"\b(?:schedul|book|arrang)(?:e|ing)? (?:\w+ )?(?:meetings?|appointments?|calls|demos)"),
    ("project_management", r"\b(?:track|manag|plan|organi[sz])(?:e|ing)? (?:\w+ )?(?:tasks|projects|sprints|to-?dos|issues|bugs)"),
    ("crm", r"\b(?:track|manag|keep track of)(?:e|ing)? (?:\w+ )?(?:leads|customers|clients|deals|contacts|prospects)"),
    ("backup_storage", r"\b(?:back(?:ing)? up|stor(?:e|ing)|sync(?:ing)?|shar(?:e|ing)) (?:\w+ )?(?:files|data|documents|photos|laptops|computers|servers)"),
    ("social_media", r"\b(?:schedul|plan|publish)(?:e|ing)? (?:\w+ )?(?:posts|tweets|social media)"),
    ("analytics", r"\b(?:track|measur|count)(?:e|ing)? (?:\w+ )?(?:visitors|traffic|conversions|page ?views)"),
    ("ai_assistant", r"\b(?:transcrib|summari[sz])(?:e|ing) (?:\w+ )?(?:meetings|calls|interviews|videos|podcasts)"),
    ("design", r"\bedit(?:ing)? (?:\w+ )?(?:videos?|photos?|images?)"),
    ("hosting", r"\bhost(?:ing)? (?:\w+ )?(?:\w+ )?(?:website|site|app|blog|shop|server|wordpress)"),
    ("customer_support", r"\b(?:answer|handl|manag)(?:e|ing)? (?:\w+ )?(?:support|customer) (?:tickets|requests|emails|questions|enquiries)"),
    ("video_calls", r"\b(?:hold|run|host|mak)(?:e|ing)? (?:\w+ )?(?:webinars?|video (?:calls|meetings)|online meetings)"),
    ("forms_surveys", r"\b(?:run|send|creat|collect)(?:e|ing)? (?:\w+ )?(?:surveys?|feedback|forms|questionnaires)"),
)  # fmt: skip
"""What software does, for needs said with a verb: "something to send newsletters"."""


def _task(phrase: str) -> str | None:
    return next((shelf for shelf, pattern in _TASKS if re.search(pattern, phrase)), None)


def _telling(phrase: str) -> Entry | None:
    """The entry of the longest, then last, phrase that is not a generic word; a generic one when there is no other."""
    matches = [(m, entry_of(m["phrase"])) for m in pattern().finditer(phrase.lower())]
    telling = [pair for pair in matches if pair[0]["phrase"] not in GENERIC_WORDS] or matches
    if not telling:
        return None
    return max(telling, key=lambda pair: (len(pair[0]["phrase"].split()), pair[0].start()))[1]
