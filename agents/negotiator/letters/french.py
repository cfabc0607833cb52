"""The letters' sentences in French, with the formal address and a no-break space before its high punctuation."""

from __future__ import annotations

from agents.negotiator.letters.wording import TermWords, Wording
from memory.domain.money import Period

WORDING = Wording(
    greet_person="Bonjour {name},",
    greet_team="Madame, Monsieur,",
    behalf="Je vous écris pour {operator}, en qualité d'assistant d'achat.",
    closing="Cordialement\nLe service des achats, pour {operator}",
    re_subject="Re: Demande de devis\u00a0: {need}",
    rfq_subject="Demande de devis\u00a0: {need}",
    rfq_ask="Nous souhaitons recevoir votre meilleure offre pour «\u00a0{need}\u00a0».",
    need="Besoin\u00a0: {count} {unit}",
    must="Exigence\u00a0: {item}",
    wish="Souhaité, sans être exigé\u00a0: {item}",
    state="""Merci d'indiquer dans votre réponse\u00a0:
- le prix hors taxes, la période qu'il couvre et si la TVA s'y ajoute
- la quantité comprise
- les frais de mise en service et autres frais uniques
- la durée minimale, la facturation, les conditions de paiement et le préavis
- la date jusqu'à laquelle votre offre est valable""",
    confirm="Merci de confirmer également par écrit\u00a0:",
    reply_by="Nous serions heureux de recevoir votre réponse d'ici au {day}.",
    counter_thanks="Merci pour votre offre. Elle ne correspond pas encore tout à fait à ce qu'il nous faut.",
    came_down="Merci d'avoir revu votre offre à la baisse.",
    better_terms="Merci d'avoir fait un pas vers nous sur les conditions.",
    not_there_yet="Votre offre ne correspond pas encore tout à fait à ce qu'il nous faut.",
    give_in_return="En contrepartie, nous faisons un pas vers vous\u00a0: {given}.",
    give_more="Nous faisons un pas vers vous\u00a0: {given}.",
    give_for_price="Pour un tel prix, nous pouvons vous proposer ceci\u00a0: {given}.",
    counter_terms="Sous réserve du contrat, nous pouvons nous engager dès aujourd'hui aux conditions suivantes\u00a0: {line}.",
    counter_ask="Si cela vous convient, merci de nous confirmer toutes ces conditions. Sinon, merci de nous indiquer votre meilleur prix pour celles-ci.",
    packages_two="Sous réserve du contrat, l'une ou l'autre de ces formules nous conviendrait\u00a0:",
    packages_more="Sous réserve du contrat, n'importe laquelle de ces formules nous conviendrait\u00a0:",
    packages_ask="Merci de nous dire laquelle vous convient et de nous en confirmer toutes les conditions. Sinon, merci de nous indiquer votre "
    "meilleur prix pour l'une d'elles.",
    also_answer="Merci de répondre également à ces questions\u00a0:",
    lower_offer="Nous disposons aussi, pour le même besoin, d'une offre inférieure à la vôtre.",
    accept="Nous souhaitons donner suite à votre offre, sous réserve du contrat\u00a0: {line}.",
    accept_next="Merci de nous envoyer le contrat en PDF pour signature. La commande suivra une fois le contrat vérifié et signé.",
    declined="Merci pour votre temps et votre offre. Nous n'y donnerons pas suite cette fois-ci.",
    come_back="Nous reviendrons volontiers vers vous lorsqu'un nouveau besoin se présentera.",
    farewell="Merci pour votre temps. Nous avons décidé de ne pas poursuivre cet achat\u00a0; merci de clore notre demande, rien n'a été commandé.",
    clarify="Merci pour votre réponse. Avant de poursuivre, merci de préciser\u00a0:",
    clarify_default="Quel est votre prix hors taxes pour notre besoin, par mois ou par an, et quels frais et taxes s'y ajoutent\u00a0?",
    still_stands="Votre offre est-elle toujours valable\u00a0: {line}\u00a0?",
    still_valid_until="Elle était valable jusqu'au {day}.",
    still_ask="Merci de la confirmer avec une nouvelle date de validité, ou de nous dire ce qui a changé.",
    order_subject="Commande {order}\u00a0: {need}",
    order_attached="Veuillez trouver ci-joint le {contract} signé, commande {order}.",
    order_confirm="Merci de confirmer la commande et d'envoyer la facture en y indiquant le numéro de commande {order}.",
    contract="contrat",
    some_product="un produit tel que décrit ci-dessous",
    terms=TermWords(
        net="{money} HT{per}",
        per={
            Period.ONCE: "",
            Period.HOUR: " par heure",
            Period.DAY: " par jour",
            Period.MONTH: " par mois",
            Period.QUARTER: " par trimestre",
            Period.YEAR: " par an",
        },
        per_unit=" par {unit}",
        per_unit_running={
            Period.MONTH: " par {unit} et par mois",
            Period.QUARTER: " par {unit} et par trimestre",
            Period.YEAR: " par {unit} et par an",
        },
        cancellable="facturation mensuelle, résiliable chaque mois",
        billed_yearly="facturation annuelle (durée de {term})",
        billed={
            Period.MONTH: "facturation mensuelle (durée de {term})",
            Period.QUARTER: "facturation trimestrielle (durée de {term})",
            Period.ONCE: "facturation unique (durée de {term})",
        },
        months=("{count} mois", "{count} mois"),
        for_count="pour {count} {unit}",
        up_to_count="jusqu'à {count} {unit}",
        fees="plus {money} HT de frais uniques",
        no_fee_running="sans frais de mise en service",
        no_fee_once="sans autres frais",
        payment=("paiement sous {count} jour", "paiement sous {count} jours"),
        payment_at_once="paiement à réception de la facture",
        price_cap="hausse annuelle du prix de {share} au plus",
        price_fixed="sans hausse de prix",
        notice=("préavis de {count} jour", "préavis de {count} jours"),
        no_notice="sans préavis",
        support="niveau d'assistance\u00a0: {support}",
        free_months=("premier mois gratuit", "{count} premiers mois gratuits"),
        credit="moins un avoir unique de {money} HT",
        valid_until="valable jusqu'au {day}",
    ),
)
