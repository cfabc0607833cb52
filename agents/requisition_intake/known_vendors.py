"""Names of well-known vendors, so that one is recognised when the operator names it for the first time."""

from __future__ import annotations

import functools

from memory.domain.instruction import Category

_SAAS = """
figma|notion|slack|zoom|mailchimp|brevo|sendinblue|mailerlite|activecampaign|convertkit|hubspot|salesforce|pipedrive|zoho|asana|trello|monday.com|clickup|linear|jira|
confluence|atlassian|github|gitlab|bitbucket|1password|bitwarden|lastpass|dashlane|dropbox|box|google|microsoft|office 365|
adobe|canva|sketch|miro|mural|loom|calendly|doodle|typeform|surveymonkey|tally|airtable|zapier|make.com|n8n|stripe|paypal|shopify|woocommerce|wix|squarespace|
webflow|wordpress|ghost|plausible|fathom|matomo|mixpanel|amplitude|hotjar|zendesk|freshdesk|freshworks|intercom|help scout|crisp|front|hetzner|digitalocean|linode|aws|
amazon web services|azure|cloudflare|vercel|netlify|heroku|ovh|ovhcloud|scaleway|render|fly.io|ionos|strato|namecheap|godaddy|gandi|backblaze|wasabi|xero|quickbooks|
freshbooks|lexoffice|sevdesk|datev|sage|wave|harvest|toggl|clockify|personio|bamboohr|deel|gusto|docusign|dropbox sign|pandadoc|yousign|grammarly|chatgpt|openai|anthropic|claude|copilot|
cursor|midjourney|perplexity|deepl|sentry|datadog|new relic|grafana|pagerduty|fastmail|proton|protonmail|proton mail|tutanota|mailbox.org|postmark|sendgrid|mailgun|twilio|
aircall|sipgate|nordvpn|mullvad|tailscale|okta|auth0|jetbrains|ahrefs|semrush|buffer|hootsuite|later|todoist|evernote|obsidian|basecamp|teamwork|wrike|smartsheet|coda|webex|
whereby|livestorm|demio|getresponse|klaviyo|campaign monitor|constant contact|cleverreach|rapidmail|autocad|autodesk|nextcloud|owncloud|pcloud|tresorit|sharepoint|onedrive|icloud|spotify|
keeper|nordpass|teamviewer|anydesk|parallels|vmware|snowflake|mongodb|supabase|firebase|contentful|storyblok|sanity|algolia|elastic|typeless|descript|otter|otter.ai|fireflies|riverside|
buttondown|substack|beehiiv|omnisend|drip|moosend|sendfox|copper|close|attio|folk|capsule|streak|nimble|insightly|freshsales|kit
""".replace("\n", "")
_HARDWARE = """
apple|dell|lenovo|hp|asus|acer|samsung|lg|logitech|ikea|herman miller|steelcase|brother|canon|epson|sony|bose|jabra|ubiquiti|synology|qnap|benq|eizo|philips|amazon|cyberport|alternate|
mediamarkt|media markt|saturn|notebooksbilliger|best buy|newegg|currys|staples|viking|razer|framework|anker|belkin|netgear|tp-link|fritzbox|avm|western digital|seagate|
sandisk|secretlab|flexispot|bosch|makita|nespresso|delonghi|jura|backmarket|back market|refurbed|b&h|conrad|office depot|ebay|walmart|costco|target|digitec|galaxus|coolblue|bol.com
""".replace("\n", "")
_SERVICES = """
upwork|fiverr|malt|toptal|freelancermap|vistaprint|moo|flyeralarm|dhl|ups express|fedex|hermes|dpd|wework|regus|hiscox|allianz|axa|telekom|vodafone|o2|orange|telefonica|verizon|at&t|comcast|
swisscom|99designs|kpmg|deloitte|pwc|taxfix|helpling|airbnb|booking.com|lufthansa|trainline|deutsche bahn
""".replace("\n", "")

AMBIGUOUS = frozenset(
    [
        "notion",
        "linear",
        "box",
        "monday",
        "front",
        "close",
        "copper",
        "buffer",
        "harvest",
        "loom",
        "later",
        "wave",
        "sage",
        "target",
        "orange",
        "render",
        "ghost",
        "sketch",
        "make",
        "kit",
        "drip",
        "folk",
        "capsule",
        "streak",
        "nimble",
        "crisp",
        "tally",
        "cursor",
        "claude",
        "copilot",
        "keeper",
        "elastic",
        "sanity",
        "brother",
        "apple",
        "staples",
        "viking",
        "framework",
        "saturn",
        "alternate",
        "anker",
        "moo",
        "malt",
        "hermes",
        "coda",
        "proton",
        "fathom",
        "mural",
        "doodle",
        "miro",
        "gusto",
        "deel",
        "riverside",
        "otter",
        "conrad",
        "jura",
        "slack",
        "zoom",
        "insightly",
        "teamwork",
        "amplitude",
        "basecamp",
        "amazon",
        "perplexity",
        "canon",
        "dell",
        "hp",
        "lg",
        "close",
        "intercom",
        "stripe",
    ]
)
"""Names that are also words: taken for a vendor only with a capital, or after words that announce one."""


@functools.cache
def known() -> dict[str, Category]:
    """Return each well-known vendor, lower case, with the category of what it sells."""
    lists = ((_SAAS, Category.SAAS), (_HARDWARE, Category.HARDWARE), (_SERVICES, Category.SERVICES))
    return {name.strip(): category for names, category in lists for name in names.split("|") if name.strip()}


REPLACES = {
    **dict.fromkeys(
        ("mailchimp", "brevo", "sendinblue", "mailerlite", "activecampaign", "convertkit", "klaviyo", "getresponse"), "email marketing tool"
    ),
    **dict.fromkeys(("hubspot", "salesforce", "pipedrive"), "CRM"),
    **dict.fromkeys(("asana", "trello", "jira", "clickup", "basecamp", "wrike", "monday.com"), "project management tool"),
    **dict.fromkeys(("1password", "bitwarden", "lastpass", "dashlane", "nordpass"), "password manager"),
    **dict.fromkeys(("zoom", "webex", "whereby"), "video conferencing tool"),
    **dict.fromkeys(("slack"), "team chat"),
    **dict.fromkeys(("zendesk", "freshdesk", "intercom", "help scout"), "customer support software"),
    **dict.fromkeys(("figma", "sketch", "canva"), "design tool"),
    **dict.fromkeys(("quickbooks", "xero", "freshbooks", "lexoffice", "sevdesk"), "accounting software"),
    **dict.fromkeys(("dropbox", "box"), "cloud storage"),
    **dict.fromkeys(("mixpanel", "hotjar"), "web analytics tool"),
    **dict.fromkeys(("docusign", "pandadoc"), "e-signature tool"),
    **dict.fromkeys(("calendly", "doodle"), "scheduling tool"),
    **dict.fromkeys(("hetzner", "digitalocean", "heroku", "linode", "aws"), "hosting"),
}
"""What replaces a vendor's product, for "something cheaper than Mailchimp"."""
