"""Rules for terms in German, as vendors and freelancers there write them; what the other tables hold in German goes first."""

from __future__ import annotations

from agents.contract_reading.checks.nouns import Check
from agents.contract_reading.checks.rules import Says, rule

_VENDOR = r"(?:anbieter|provider|auftragnehmer|dienstleister|lizenzgeber|verkäufer|lieferant|betreiber|agentur|hersteller|wir|uns|unser\w*)"
_MAY = r"(?:kann|können|darf|dürfen|ist berechtigt|sind berechtigt|ist befugt|behält sich|behalten uns|vorbehalten|das recht)"
_PRICE = r"\w*(?:preise?n?s?|vergütung(?:en)?|entgelte?n?s?|gebühr(?:en)?|stundensätze?n?|tarife?n?)"
_RAISE = r"(?:anheben|angehoben|erhöh\w*|anpass\w*|angepasst|anzupassen|anzuheben|änder\w*|geändert|steiger\w*|\w*erhöhung\w*|\w*anpassung\w*|\w*änderung\w*)"
_PAPER = (
    r"(?:agb|(?:allgemeinen )?geschäftsbedingungen|nutzungsbedingungen|vertragsbedingungen|bedingungen|richtlinien|leistungsbeschreibung)"
)
_TIME = r"(?:\d+|eine[mnrs]?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|vierzehn|dreißig|sechzig|neunzig)(?: ?\(\d+\))?[- ](?:kalender|werk|arbeits)?(?:tage?n?|wochen?|monate?n?s?|quartale?n?s?|jahre?n?s?)"
_BUYER = r"(?:kunden?|auftraggeber(?:s|in)?|nutzers?|besteller|lizenznehmer|jede[rn]? (?:der )?(?:partei|vertragspartner|vertragspartei|seite)\w*|(?:beide[nr]?|den) (?:parteien|vertragspartnern?|vertragsparteien)|beidseitig|jederzeit)"
_WORK = r"(?:arbeitsergebniss\w*|leistung\w*|werke?[ns]?|entwürfe?n?|software|quellcode|ergebniss\w*|liefergegenst\w*|nutzungsrechte?n?|urheberrechte?n?|rechte?n?|eigentum)"
_DATA = r"(?:\w*daten|\w*inhalte?n?|server\w*|\w*rechenzentr\w*|hosting|speicherung|verarbeitung|datenhaltung|anwendung)"
_PLACE = r"(?:europäische[nr]? (?:union|wirtschaftsraum\w*)|\beu\b|\bewr\b|\beuropa\b|deutschland|bundesrepublik|österreich|schweiz|deutsche[nmr]?|irland|niederlanden?|frankreich|finnland|frankfurt|drittl[aä]nd\w*|drittstaat\w*|\busa\b|vereinigten? staaten|weltweit|großbritannien|indien)"
_KI = r"(?:\bki\b|\bki-|künstliche\w* intelligenz|machine[- ]learning|maschinelle\w* lern\w*|sprachmodell\w*|\bmodelle?n?\b|algorithm\w*)"

RULES = (
    rule(
        Check.AUTO_RENEWAL,
        "verläng",
        r"\bverlänger(?:t|n)\b[^.;]{0,60}\b(?:automatisch|stillschweigend|jeweils|um (?:ein|weitere|die|jeweils|denselben|den gleichen))|\b(?:automatisch|stillschweigend|jeweils)\b[^.;]{0,60}\bverlänger(?:t|n|ung)|\bstillschweigende[rn]? verlängerung\b|\bverlänger(?:t|n)\b[^.;]{0,20}\bauf unbestimmte zeit",
        bars=(
            r"\b(?:nicht|keine?n?)\b[^.;]{0,30}\b(?:automatisch|stillschweigend|verläng)|\bfindet nicht statt|\b(?:liefer|leistungs|ausführungs|gewährleistungs|verjährungs|zahlungs)frist|höhere[rn]? gewalt",
        ),
    ),
    rule(
        Check.NOTICE_WINDOW,
        "kündig",
        rf"\bkündigungsfrist\b[^.;]{{0,40}}{_TIME}|\bfrist von\b[^.;]{{0,10}}{_TIME}|{_TIME}\b[^.;]{{0,40}}\b(?:vor (?:ablauf|ende|dem ende|vertragsende|beginn)|zum (?:ende|ablauf|monats|quartals|jahres|vertrags))",
        r"\bkündig\w*|\bgekündigt|\bkündigung",
        bars=(
            r"\bverzug|\bmahnung|\bpreis|entgelterhöh|vertragsverletz|\babhilfe|\babmahn|fristlos\w* künd\w* (?:kann|ist|wenn)|\b(?:löscht|gelöscht|export)",
            rf"^(?:der |die )?{_VENDOR}\b[^.;]{{0,30}}\b(?:kann|darf|ist berechtigt)\b",
        ),
    ),
    rule(
        Check.PRICE_CHANGE,
        "preis|vergütung|entgelt|gebühr|stundens|tarif",
        rf"\b{_MAY}\b[^.;]{{0,160}}\b{_PRICE}\b[^.;]{{0,140}}\b{_RAISE}\b|\b{_PRICE}\b[^.;]{{0,80}}\b{_MAY}\b[^.;]{{0,120}}\b{_RAISE}\b|\b{_MAY}\b[^.;]{{0,60}}\b{_RAISE}\b[^.;]{{0,60}}\b{_PRICE}\b"
        r"|\b(?:preis|entgelt|gebühren|vergütungs)(?:änderung|erhöhung|anpassung)(?:en)?\b[^.;]{0,100}\b(?:mitgeteilt|angekündigt|mitteil|ankünd|wirksam|inkrafttreten|vorbehalten|zulässig|bekannt|berechtigen)|\b\w*(?:preise?|vergütung|entgelte?|gebühr(?:en)?)\b[^.;]{0,20}\berhöh(?:t|en) sich\b|\berhöh(?:t|en) sich\b[^.;]{0,30}\b\w*(?:preise?|vergütung|entgelte?|gebühr(?:en)?)\b"
        rf"|\b{_VENDOR}\b[^.;]{{0,20}}\bwird\b[^.;]{{0,120}}\b{_PRICE}\b[^.;]{{0,140}}\b(?:anpassen|erhöhen)\b",
        bars=(
            r"\b(?:nicht|keine?)\b[^.;]{0,60}\b(?:erhöh|anpass|anzupassen|änder|zulässig)|ausgeschlossen|festpreis|\bkunde\b[^.;]{0,40}\b(?:wechseln|ändern|anpassen)|\bmehraufwand|umsatzsteuer",
        ),
    ),
    rule(
        Check.PRICE_CHANGE_NOTICE,
        "preis|entgelt|vergütung|gebühr",
        rf"\b{_PRICE}|preis|entgelt",
        r"\b\w*(?:erhöhung|änderung|anpassung)\w*|\berhöh|\banpass|\banzupass|\bänder",
        _TIME,
        r"\bvor\b|\bfrist|mitteil|mitgeteilt|ankünd",
        bars=(r"festpreis|ausgeschlossen|widersp(?:rich|ruch)[^.;]{0,20}$",),
    ),
    rule(
        Check.TERMS_CHANGE,
        "bedingungen|agb|richtlinien|leistungsbeschreibung",
        rf"\b(?:anbieter|provider|auftragnehmer|betreiber|dienstleister|wir|uns)\b[^.;]{{0,60}}\b(?:behält|behalten|vorbehalten|berechtigt|kann|können|darf|dürfen)\b[^.;]{{0,60}}\b{_PAPER}\b[^.;]{{0,120}}\b(?:ändern|anzupassen|anpassen|abzuändern|zu ergänzen|aktualisieren)"
        rf"|\bänderungen\b[^.;]{{0,30}}\b{_PAPER}\b[^.;]{{0,160}}\b(?:mitgeteilt|bekannt ?gegeben|angeboten|genehmigt|angenommen|wirksam)|\b(?:geändert|neu)\w*\b[^.;]{{0,20}}\b{_PAPER}\b[^.;]{{0,160}}\b(?:zustimmung|genehmigt|angenommen|akzeptiert|erteilt)",
        bars=(r"schriftform|beiderseitig|einvernehmlich|\bkunde (?:kann|darf)\b[^.;]{0,40}\bänder|widersprechende|abweichende",),
    ),
    rule(
        Check.SUSPENSION,
        "sperr|vom netz|einstell|aussetz|auszusetzen|zurückhalt|zurückzuhalten|deaktivier",
        rf"\b{_VENDOR}\b[^.;]{{0,160}}\b(?:sperren|zu sperren|gesperrt|einstellen|einzustellen|aussetzen|auszusetzen|deaktivieren|zurückhalten|zurückzuhalten)\b|\b(?:zugang|konto|account|dienst|leistung\w*)\b[^.;]{{0,80}}\b(?:kann|können|darf|dürfen|wird|werden)\b[^.;]{{0,60}}\b(?:gesperrt|eingestellt|ausgesetzt|deaktiviert)\b|\b{_VENDOR}\b[^.;]{{0,60}}\b(?:berechtigt|befugt)\b|\b(?:zugang|zugriff)\b[^.;]{{0,20}}\bgesperrt\b",
        r"\bsperr|gesperrt|vom netz|einstell|eingestellt|aussetz|auszusetzen|ausgesetzt|deaktivier|zurück(?:zu)?halt",
        bars=(
            r"\b(?:nicht|weder) (?:berechtigt|befugt)|\b(?:darf|kann|dürfen|können) [^.;]{0,30}\bnicht\b|^(?:der |die )?(?:kunde|auftraggeber|nutzer)\b[^.;]{0,20}\b(?:kann|darf|ist)\b|dienst (?:dauerhaft )?einstellen und",
        ),
    ),
    rule(
        Check.EXIT_WITHOUT_CAUSE,
        "kündig",
        rf"\b{_BUYER}\b[^.;]{{0,120}}\b(?:kündigen|gekündigt|kündbar|kündigung)|\bkündbar\b|\b(?:gekündigt|kündigen)\b[^.;]{{0,40}}\b{_BUYER}",
        rf"\bjederzeit\b|ohne angabe|\bordentlich|\bfrist von\b[^.;]{{0,10}}{_TIME}|{_TIME}\b[^.;]{{0,40}}\b(?:zum|vor)\b",
        bars=(
            r"wichtige[mnr]? grund|\bverzug|\bpreis|ausgeschlossen|außerordentlich|fristlos|\bverläng|\bnicht (?:ordentlich )?kündbar|widersp|\bunberührt|vertragsverletz",
            rf"^(?:der |die )?{_VENDOR}\b[^.;]{{0,30}}\b(?:kann|darf|ist berechtigt)\b",
        ),
    ),
    rule(
        Check.REFUND,
        "erstatt|rückzahl|zurückgezahlt",
        r"\b(?:entgelte?n?|vergütung|gebühren|vorauszahlung\w*|voraus gezahlt\w*|vorausbezahlt\w*|beträge|preis|kosten|zahlungen)\b[^.;]{0,100}\b(?:erstatte\w*|rückerstatte\w*|zurückgezahlt|rückzahlung)|\b(?:erstattet|erstattung|rückerstattung|rückzahlung)\b[^.;]{0,80}\b(?:entgelte?n?|vergütung|gebühren|gezahlte\w*|beträge)",
        bars=(r"reisekosten|aufwendung|auslagen|spesen|beleg|anwalts|umsatzsteuer|mahn|rechtsverfolgung",),
    ),
    rule(
        Check.DATA_RETURN,
        "daten",
        r"\b\w*daten\b",
        r"\b(?:gelöscht|löscht|löschen|löschung|herausgeb\w*|herauszugeben|herausgabe|export\w*|zurückgeb\w*|zurückzugeben|rückgabe|übergib\w*|vernicht\w*|heruntergeladen|herunterladen)",
        r"vertragsende|(?:ende|beendigung|ablauf|kündigung) (?:des|der|dieses)|nach (?:beendigung|kündigung|ablauf)|bei (?:beendigung|kündigung)|mit (?:beendigung|ablauf)",
        bars=(r"betroffene|sicherung seiner daten|bewerb",),
    ),
    rule(
        Check.DPA,
        "auftrag|av-vertrag|avv|weisung|dsgvo",
        r"\bauftrags(?:daten)?verarbeitung\w*|\b(?:als|ist) auftragsverarbeiter\b|\bav-(?:vertrag|vereinbarung)\w*|\bavv\b|\b(?:dokumentierte[rn]?|auf) weisung(?:en)?\b[^.;]{0,40}\b(?:auftraggebers?|kunden|verantwortlichen)|\bart\w*\.? ?28\b[^.;]{0,20}\bds-?gvo",
        bars=(r"keine? (?:auftragsverarbeitung|av-vertrag|avv)",),
    ),
    rule(
        Check.SUBPROCESSORS,
        "unterauftrag|subunternehm|subdienstleist|subauftrag|auftragsverarbeiter",
        r"\bunterauftrag(?:s|nehm)\w*|\bsub(?:unternehmer\w*|dienstleister\w*|auftrag\w*)|\bweitere[rn]? auftragsverarbeiter\w*",
        bars=(r"\bkeine (?:unterauftrag|subunternehm)\w*[^.;]{0,30}\b(?:eingesetzt|beauftragt)",),
    ),
    rule(
        Check.DATA_LOCATION,
        "daten|server|hosting|rechenzentr|verarbeitung|speicherung",
        rf"\b{_DATA}\b",
        r"\b(?:gespeichert|verarbeitet|gehostet|hosting|speicherung|verarbeitung|betrieben|befinden|übermittel\w*|übertrag\w*|server\w*|rechenzentr\w*|übermittlung|verlagerung|stehen)\b",
        _PLACE,
        bars=(r"gerichtsstand|\brecht der\b|bundesdatenschutzgesetz|verordnung \(eu|gesetz\w* der|export(?:kontroll|beschränk)",),
    ),
    rule(
        Check.CONFIDENTIALITY,
        "vertraulich|geheim|stillschweigen|verschwiegen",
        r"\b(?:informationen|unterlagen|kenntnisse|daten|betriebsgeheimnisse\w*|geschäftsgeheimnisse\w*|tatsachen)\b[^.;]{0,160}\b(?:vertraulich|geheim|stillschweigen|verschwiegenheit)\b|\b(?:vertraulich|geheim|stillschweigen|verschwiegenheit)\w*\b[^.;]{0,80}\b(?:behandel\w*|bewahr\w*|wahr\w*|halten|verpflichte\w*)",
        bars=(r"\b(?:zugangsdaten|passw\w+|kennw\w+|login)\b",),
    ),
    rule(
        Check.INDEMNITY,
        "frei|schadlos",
        r"\bstellt\b[^.;]{0,160}\bansprüchen\b[^.;]{0,60}\bfrei\b|\bfrei(?:zu)?stell\w*\b[^.;]{0,80}\bansprüch|\bansprüchen?\b[^.;]{0,80}\bfrei(?:zu)?(?:stell\w*|halten|zuhalten)|\bschadlos\b",
        bars=(r"kostenfrei|\bstellt\b[^.;]{0,80}\bfrei zur verfügung",),
    ),
    rule(
        Check.LIABILITY_CAP,
        "haft|schadensersatz|ersatzpflicht",
        r"\bhaftet\b[^.;]{0,60}\b(?:nur bei|nur wenn|nur soweit|nur im rahmen|nur in höhe)\b|\bweitergehende haftung\b[^.;]{0,40}\b(?:besteht nicht|ausgeschlossen|scheidet aus)|\bhaftet\b[^.;]{0,30}\bnicht für\b[^.;]{0,60}\b(?:gewinn|mittelbar\w*|folgeschäden|schäden)\b|\b\w*(?:haftung|haftet|haften|schadensersatz\w*|ersatzpflicht)\b[^.;]{0,200}\b(?:begrenzt|beschränkt|höchstens|maximal|ausgeschlossen|nur (?:bis|für)|lediglich|bis zu (?:einem|einer|maximal|höchstens)|bis zur höhe)\b|\b(?:ausgeschlossen|beschränkt|begrenzt)\b[^.;]{0,60}\b\w*haftung",
        bars=(
            r"haftpflicht|versicherung|\bunbeschränkt\b(?![^.;]*\bbegrenzt)|gewährleistung ist|nicht (?:begrenzt|beschränkt|ausgeschlossen)|links?\b|höhere[rn]? gewalt",
        ),
    ),
    rule(
        Check.UNCAPPED_LIABILITY,
        "begrenzung|unbeschränkt|unbegrenzt|uneingeschränkt|der höhe nach nicht|voller höhe|vollem umfang",
        r"\bhaft(?:et|en|ung|bar)\b[^.;]{0,120}\b(?:unbeschränkt|unbegrenzt|uneingeschränkt|in voller höhe|in vollem umfang|der höhe nach nicht (?:begrenzt|beschränkt))|\b(?:unbeschränkte?r?|unbegrenzte?r?|uneingeschränkte?r?)\b[^.;]{0,30}\bhaft|\bhaft\w*\b[^.;]{0,60}\bunbegrenzter höhe|\b(?:eine |keine )?begrenzung der haftung\b[^.;]{0,60}\b(?:besteht nicht|gilt nicht|nicht vereinbart)",
    ),
    rule(
        Check.SERVICE_CREDITS,
        "verfügbarkeit|ausfall|service level|servicelevel|reaktionszeit|sla",
        r"\b(?:\w*verfügbarkeit\w*|\w*ausfall\w*|service ?level\w*|reaktionszeit\w*|slas?)\b",
        r"\b(?:gutschrift\w*|gutgeschrieben|gutzuschreiben|(?:mindert|reduziert|ermäßigt|verringert) sich|minderung|pönale|vertragsstrafe)\b|\berstatt\w*[^.;]{0,40}\d+ ?%",
        bars=(r"keine gutschrift|ausfallhonorar|kein anspruch auf (?:gutschrift|minderung)",),
    ),
    rule(
        Check.SERVICE_CREDITS,
        "gutschrift|gutgeschrieben",
        r"\bgutschrift\b|\bgutgeschrieben\b",
        r"unterschritten|unterschreitung|nicht (?:eingehalten|erreicht)|nichteinhaltung|störung|nichtverfügbarkeit",
    ),
    rule(
        Check.GOVERNING_LAW,
        "recht|gerichtsstand",
        r"\b(?:deutsche[sn]?|österreichische[sn]?|schweizer(?:isches)?) recht\b|\brecht (?:der|von) (?:bundesrepublik|republik|schweiz|deutschland|österreich)|\bgerichtsstand\b|\bes gilt (?:ausschließlich )?das recht\b",
        bars=(r"\bverstoß\w* gegen deutsches recht|nach deutschem recht gegründet",),
    ),
    rule(
        Check.ARBITRATION,
        "schiedsgericht|schiedsverfahren|schiedsordnung|schiedsvereinbarung|schlichtungsordnung",
        r"\bschieds(?:gericht\w*|verfahren\w*|ordnung|vereinbarung)\b",
        bars=(r"nicht (?:verpflichtet|bereit)|verbraucherschlichtung|\bkein schieds",),
    ),
    rule(
        Check.LATE_FEES,
        "verzug|mahn|zins",
        r"\bverzugszins\w*|\bmahn(?:gebühr|kosten|pauschale|schreiben)\w*|\bzu verzinsen\b|\b(?:verzugs?|verzuges|zahlungsverzugs?|überschreitung der zahlungsfrist|verspätete\w* zahlung)\b[^.;]{0,120}\b(?:zinsen|prozentpunkt\w*|\d+(?:,\d+)? ?%|pauschale)",
        bars=(r"\bkeine (?:verzugszins|zinsen|mahn)",),
    ),
    rule(
        Check.KILL_FEE,
        "storn|kündig|ausfall|absag|sagt|abbruch|rücktritt|vorzeitig",
        r"\b(?:stornier\w*|stornogebühr\w*|storno\w*|absage|abbruch|rücktritt|kündigt|kündigung|vorzeitige?\w*|(?:sagt|abgesagt|abzusagen)\b)[^.;]{0,160}\b(?:\d{1,3} ?%|prozent|pauschale|volle honorar|ablösesumme|restlaufzeit\w*|ausfallhonorar|stornogebühr\w*|volle vergütung|vereinbarte vergütung)|\bausfallhonorar\b|\bstorno(?:gebühr|kosten|pauschale)\w*",
        bars=(
            r"(?:kostenfrei|kostenlos|ohne kosten)(?![^.;]*(?:danach|ansonsten|sonst)\b)|\berstatt|\bkeine storno|verfügbarkeit|preiserhöh",
        ),
    ),
    rule(
        Check.ACCEPTANCE,
        "abnahme|abgenommen|abzunehmen|abnimmt|freigabe|genehmigt",
        r"\b(?:ingebrauchnahme|inbetriebnahme|nutzung|leistung\w*|werke?s?|arbeitsergebniss\w*|software|ergebniss\w*|liefer\w*|teilleistung\w*|projekt\w*|entwürfe?)\b",
        r"\b(?:abnahme|abgenommen|abzunehmen|abnimmt|teilabnahme)\b|\bfreigabe\b[^.;]{0,40}\bauftraggeber|\bgilt (?:das werk|die leistung|die lieferung)? ?als genehmigt",
        bars=(r"abnahme von (?:mindestens|wenigstens)|mindestabnahme|abnahmemenge|\bstück\b|rabatt",),
    ),
    rule(
        Check.IP_ON_PAYMENT,
        "zahlung|bezahlung|bezahlt|gezahlt|begleich|ausgleich",
        r"\b(?:vollständige[rnm]?|vollständig|vollen|gänzliche[rn]?|restlose[rn]?)\b[^.;]{0,20}\b(?:be)?(?:zahlung|zahlt|glichen|gleichung|ausgleich)|\bzahlung (?:der|des) (?:vollen |vereinbarten |gesamten )?(?:vergütung|honorars?|rechnung)",
        rf"\b{_WORK}\b",
        r"\b(?:gehen|geht|über|räumt|eingeräumt|einräumung|erwirbt|erhält|verbleib\w*|bleib\w*|vorbehalt\w*|übertr\w+|aufschiebend\w*|nicht gestattet|vor)\b",
        bars=(r"unabhängig von der zahlung|\bbereits mit entstehung|\blieferung erfolgt",),
    ),
    rule(
        Check.AI_TRAINING,
        "train|ki|modell|lern|intelligenz",
        r"\btrain(?:ing|ings|ieren|iert|iere)\b|\bzum training\b|\bweiterentwicklung\b",
        _KI,
        r"\b(?:\w*daten|\w*inhalte?n?|eingaben|prompts?|dateien)\b",
        r"\b(?:darf|dürfen|kann|können|räumt|einwillig\w*|stimmt|berechtigt|nutzt|nutzen|verwendet|verwenden|recht)\b",
        bars=(
            r"\b(?:nicht|keine?|weder|ohne einwilligung)\b[^.;]{0,160}\b(?:train|verwend|nutz)|\b(?:verwendet|nutzt|verarbeitet)\b[^.;]{0,80}\bnicht\b|schulung",
        ),
    ),
    # What is only touched on is put to the operator: not read is not the same as not there.
    rule(
        Check.AUTO_RENEWAL,
        "verläng",
        r"\b(?:vertrag|laufzeit|abonnement|vereinbarung|vertragsverhältnis)\w*\b[^.;]{0,120}\bverläng|\bverläng\w*\b[^.;]{0,120}\b(?:vertrag|laufzeit|abonnement|vereinbarung|vertragsverhältnis)",
        bars=(
            r"\bnicht\b|\bkeine?\b|einvernehmlich|durch (?:schriftliche )?vereinbarung|\b(?:liefer|leistungs|ausführungs|gewährleistungs)frist",
        ),
        says=Says.MAYBE,
    ),
    rule(
        Check.PRICE_CHANGE,
        "preis|vergütung|entgelt|gebühr",
        rf"\b(?:preis|entgelt|gebühren|vergütungs)(?:änderung|erhöhung|anpassung|gleitklausel)|\b{_PRICE}\b[^.;]{{0,80}}\b(?:erhöh|anpass|anzupass|angepasst)|\b(?:erhöh|anpass)\w*\b[^.;]{{0,80}}\b{_PRICE}\b",
        bars=(r"ausgeschlossen|festpreis|\b(?:nicht|keine)\b[^.;]{0,40}\berhöh|mahn|wechsel",),
        says=Says.MAYBE,
    ),
    rule(
        Check.TERMS_CHANGE,
        "agb|bedingungen",
        rf"\bänder\w*\b[^.;]{{0,60}}\b{_PAPER}\b|\b{_PAPER}\b[^.;]{{0,60}}\b(?:geändert|änder\w*)",
        bars=(r"schriftform|textform bedürfen|bedürfen|einvernehmlich|abweichende|entgegenstehende",),
        says=Says.MAYBE,
    ),
    rule(
        Check.SUSPENSION,
        "sperr",
        r"\b\w*(?:zugang|zugriff|konto|account|leistung|dienst)\w*\b[^.;]{0,80}\b(?:ge)?sperr|\b(?:ge)?sperr\w*\b[^.;]{0,60}\b\w*(?:zugang|zugriff|konto|account|leistung)",
        bars=(r"\bkunde kann\b|nicht berechtigt|sperrfrist",),
        says=Says.MAYBE,
    ),
    rule(
        Check.DATA_LOCATION,
        "daten|server|hosting",
        rf"\b{_DATA}\b[^.;]{{0,120}}{_PLACE}|{_PLACE}[^.;]{{0,80}}\b{_DATA}\b",
        bars=(r"gerichtsstand|grundverordnung|gesetz|\brecht der",),
        says=Says.MAYBE,
    ),
    rule(
        Check.SUBPROCESSORS,
        "dritte|erfüllungsgehilfen",
        r"\b(?:dritter?|erfüllungsgehilfen)\b[^.;]{0,60}\b(?:bedienen|beauftragen|einsetzen|heranziehen|hinzuziehen)|\b(?:bedienen|beauftragen|einsetzen)\b[^.;]{0,40}\bdritte[rn]?\b",
        bars=(r"\bnicht\b",),
        says=Says.MAYBE,
    ),
    rule(
        Check.LATE_FEES,
        "verzug|mahn",
        r"\b(?:\w*verzug\w*|\w*mahn\w*)\b",
        r"\bzins\w*|\bverzinst|\bgebühr|\bpauschale|\bschadensersatz|euro|€|\d ?%",
        bars=(r"\bkeine\b",),
        says=Says.MAYBE,
    ),
    rule(
        Check.KILL_FEE,
        "storn|ausfall|absag|abgesagt|vorzeitig",
        r"\b(?:storn\w*|ausfall\w*|absag\w*|abgesagt|vorzeitig\w*)\b",
        r"\b(?:honorar\w*|vergütung|pauschale|gebühr\w*|auftragssumme)\b|\d ?%|prozent",
        bars=(r"verfügbarkeit|kostenfrei|kostenlos|erstatt",),
        says=Says.MAYBE,
    ),
    rule(Check.ACCEPTANCE, "abnahme|abgenommen", r"\babnahme\b|\babgenommen\b", bars=(r"mindest|\bstück\b|menge",), says=Says.MAYBE),
    rule(
        Check.IP_ON_PAYMENT,
        "nutzungsrecht|urheber|eigentumsvorbehalt",
        r"\b(?:nutzungsrechte?n?|urheberrechte?n?)\b",
        r"\b\w*(?:zahlung|bezahlt|ausgleich|honorar|vergütung)\w*\b",
        bars=(r"lizenzgebühr|\bkeine\b",),
        says=Says.MAYBE,
    ),
    rule(
        Check.LIABILITY_CAP,
        "haft",
        r"\b(?:haftung|haftet|haften)\b[^.;]{0,160}\b(?:fahrlässig\w*|kardinalpflicht\w*|vertragspflicht\w*|gesetzlich\w*)",
        bars=(r"haftpflicht|\b(?:kunde|auftraggeber|nutzer) haftet",),
        says=Says.MAYBE,
    ),
    rule(Check.ARBITRATION, "schieds", r"\bschieds(?!richter)\w+", bars=(r"\bnicht\b|\bkein",), says=Says.MAYBE),
    rule(
        Check.AI_TRAINING,
        "train",
        r"\b(?:nicht|keine?|weder)\b[^.;]{0,120}\btrain|\b(?:verwendet|nutzt|verarbeitet)\b[^.;]{0,80}\bnicht\b[^.;]{0,60}\btrain",
        _KI,
        r"\b(?:\w*daten|\w*inhalte?n?|eingaben|prompts?|dateien)\b",
        says=Says.RULED_OUT,
    ),
)
"""Every check, in German."""
