"""The letters' sentences in German, with the formal address. After the greeting's comma a sentence begins in lower case."""

from __future__ import annotations

from agents.negotiator.letters.wording import TermWords, Wording
from memory.domain.money import Period

WORDING = Wording(
    greet_person="Guten Tag {name},",
    greet_team="Sehr geehrtes Team von {vendor},",
    behalf="ich schreibe Ihnen als Einkaufsassistenz im Auftrag von {operator}.",
    closing="Mit freundlichen Grüßen\nEinkauf, im Auftrag von {operator}",
    re_subject="Re: Angebotsanfrage: {need}",
    rfq_subject="Angebotsanfrage: {need}",
    rfq_ask="Wir bitten Sie um Ihr bestes Angebot für „{need}“.",
    need="Bedarf: {count} {unit}",
    must="Voraussetzung: {item}",
    wish="Willkommen, aber nicht erforderlich: {item}",
    state="""Bitte nennen Sie uns in Ihrer Antwort:
- den Nettopreis, den Zeitraum, für den er gilt, und ob Umsatzsteuer hinzukommt
- die enthaltene Menge
- Einrichtungsgebühren und andere einmalige Kosten
- Mindestlaufzeit, Abrechnung, Zahlungsbedingungen und Kündigungsfrist
- bis wann Ihr Angebot gilt""",
    confirm="Bitte bestätigen Sie uns außerdem schriftlich:",
    reply_by="Über Ihre Antwort bis zum {day} würden wir uns freuen.",
    counter_thanks="Vielen Dank für Ihr Angebot. Es entspricht noch nicht ganz dem, was wir brauchen.",
    came_down="Vielen Dank, dass Sie uns mit einem günstigeren Angebot entgegenkommen.",
    better_terms="Vielen Dank, dass Sie uns bei den Konditionen entgegenkommen.",
    not_there_yet="Ihr Angebot entspricht noch nicht ganz dem, was wir brauchen.",
    give_in_return="Im Gegenzug kommen wir Ihnen entgegen: {given}.",
    give_more="Wir kommen Ihnen entgegen: {given}.",
    give_for_price="Für einen solchen Preis können wir Ihnen dies bieten: {given}.",
    counter_terms="Vorbehaltlich des Vertrags können wir heute zu diesen Konditionen zusagen: {line}.",
    counter_ask="Wenn das für Sie passt, bestätigen Sie uns bitte alle diese Konditionen. Andernfalls nennen Sie uns bitte Ihren besten Preis dafür.",
    packages_two="Vorbehaltlich des Vertrags passt jede dieser beiden Möglichkeiten für uns:",
    packages_more="Vorbehaltlich des Vertrags passt jede dieser Möglichkeiten für uns:",
    packages_ask="Bitte teilen Sie uns mit, welche für Sie passt, und bestätigen Sie uns alle ihre Konditionen. Andernfalls nennen Sie uns bitte "
    "Ihren besten Preis für eine davon.",
    also_answer="Bitte beantworten Sie uns außerdem:",
    lower_offer="Uns liegt für denselben Bedarf auch ein Angebot vor, das niedriger ist als Ihres.",
    accept="Wir möchten Ihr Angebot vorbehaltlich des Vertrags wahrnehmen: {line}.",
    accept_next="Bitte senden Sie uns den Vertrag als PDF zur Unterschrift. Die Bestellung folgt, sobald der Vertrag geprüft und unterschrieben ist.",
    declined="Vielen Dank für Ihre Zeit und Ihr Angebot. Wir werden es diesmal nicht wahrnehmen.",
    come_back="Bei neuem Bedarf kommen wir gern wieder auf Sie zu.",
    farewell="Vielen Dank für Ihre Zeit. Wir haben uns entschieden, diesen Kauf nicht weiter zu verfolgen. Bitte schließen Sie unsere Anfrage; "
    "bestellt wurde nichts.",
    clarify="Vielen Dank für Ihre Antwort. Bevor wir weitermachen können, klären Sie bitte noch:",
    clarify_default="Wie hoch ist Ihr Nettopreis für unseren Bedarf, pro Monat oder pro Jahr, und welche Gebühren und Steuern kommen hinzu?",
    still_stands="Gilt Ihr Angebot noch: {line}?",
    still_valid_until="Es galt bis zum {day}.",
    still_ask="Bitte bestätigen Sie es mit einem neuen Gültigkeitsdatum, oder teilen Sie uns mit, was sich geändert hat.",
    order_subject="Bestellung {order}: {need}",
    order_attached="Anbei erhalten Sie den unterschriebenen {contract} zur Bestellung {order}.",
    order_confirm="Bitte bestätigen Sie die Bestellung und senden Sie uns die Rechnung mit der Bestellnummer {order}.",
    contract="Vertrag",
    some_product="ein Produkt wie unten beschrieben",
    terms=TermWords(
        net="{money} netto{per}",
        per={
            Period.ONCE: "",
            Period.HOUR: " pro Stunde",
            Period.DAY: " pro Tag",
            Period.MONTH: " pro Monat",
            Period.QUARTER: " pro Quartal",
            Period.YEAR: " pro Jahr",
        },
        per_unit=" pro {unit}",
        per_unit_running={
            Period.MONTH: " pro {unit} und Monat",
            Period.QUARTER: " pro {unit} und Quartal",
            Period.YEAR: " pro {unit} und Jahr",
        },
        cancellable="monatliche Abrechnung, monatlich kündbar",
        billed_yearly="jährliche Abrechnung (Laufzeit {term})",
        billed={
            Period.MONTH: "monatliche Abrechnung (Laufzeit {term})",
            Period.QUARTER: "vierteljährliche Abrechnung (Laufzeit {term})",
            Period.ONCE: "einmalige Abrechnung (Laufzeit {term})",
        },
        months=("{count} Monat", "{count} Monate"),
        for_count="für {count} {unit}",
        up_to_count="bis zu {count} {unit}",
        fees="zuzüglich einmaliger Gebühren von {money} netto",
        no_fee_running="keine Einrichtungsgebühr",
        no_fee_once="keine weiteren Gebühren",
        payment=("Zahlung innerhalb von {count} Tag", "Zahlung innerhalb von {count} Tagen"),
        payment_at_once="Zahlung bei Erhalt der Rechnung",
        price_cap="jährliche Preiserhöhung von höchstens {share}",
        price_fixed="keine Preiserhöhung",
        notice=("Kündigungsfrist von {count} Tag", "Kündigungsfrist von {count} Tagen"),
        no_notice="keine Kündigungsfrist",
        support="Supportstufe: {support}",
        free_months=("erster Monat kostenlos", "erste {count} Monate kostenlos"),
        credit="abzüglich einer einmaligen Gutschrift von {money} netto",
        valid_until="gültig bis {day}",
    ),
)
