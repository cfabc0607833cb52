"""The letters' sentences in Spanish, with the formal address, in forms that suit one person and a team alike."""

from __future__ import annotations

from agents.negotiator.letters.wording import TermWords, Wording
from memory.domain.money import Period

WORDING = Wording(
    greet_person="Buenos días, {name}:",
    greet_team="Estimado equipo de {vendor}:",
    behalf="Escribo en nombre de {operator} como asistente de compras.",
    closing="Atentamente,\nCompras, en nombre de {operator}",
    re_subject="Re: Solicitud de oferta: {need}",
    rfq_subject="Solicitud de oferta: {need}",
    rfq_ask="Nos gustaría recibir su mejor oferta para «{need}».",
    need="Necesidad: {count} {unit}",
    must="Requisito: {item}",
    wish="Deseable, no imprescindible: {item}",
    state="""Agradeceríamos que su respuesta indicara:
- el precio sin impuestos, el periodo que cubre y si se añade el IVA
- la cantidad incluida
- las cuotas de alta y otros gastos únicos
- la duración mínima, la facturación, las condiciones de pago y el preaviso
- hasta cuándo es válida su oferta""",
    confirm="Agradeceríamos también su confirmación por escrito de lo siguiente:",
    reply_by="Agradeceríamos su respuesta a más tardar el {day}.",
    counter_thanks="Gracias por su oferta. Todavía no se ajusta del todo a lo que necesitamos.",
    came_down="Gracias por haber rebajado su oferta.",
    better_terms="Gracias por haber mejorado las condiciones.",
    not_there_yet="Su oferta todavía no se ajusta del todo a lo que necesitamos.",
    give_in_return="A cambio, damos un paso en su dirección: {given}.",
    give_more="Damos un paso en su dirección: {given}.",
    give_for_price="Por un precio así podemos ofrecer lo siguiente: {given}.",
    counter_terms="A reserva del contrato, podemos comprometernos hoy en estas condiciones: {line}.",
    counter_ask="De ser posible, agradeceríamos su confirmación de todas estas condiciones; en caso contrario, su mejor precio para ellas.",
    packages_two="A reserva del contrato, cualquiera de estas opciones nos serviría:",
    packages_more="A reserva del contrato, cualquiera de estas opciones nos serviría:",
    packages_ask="Agradeceríamos que nos indicara cuál le conviene y su confirmación de todas sus condiciones; en caso contrario, su mejor precio "
    "para una de ellas.",
    also_answer="Agradeceríamos también su respuesta a lo siguiente:",
    lower_offer="Disponemos además, para la misma necesidad, de una oferta inferior a la suya.",
    accept="Nos gustaría seguir adelante con su oferta, a reserva del contrato: {line}.",
    accept_next="Agradeceríamos el envío del contrato en PDF para su firma. El pedido seguirá una vez revisado y firmado el contrato.",
    declined="Gracias por su tiempo y su oferta. Esta vez no seguiremos adelante con ella.",
    come_back="Con gusto volveremos a ponernos en contacto cuando surja una nueva necesidad.",
    farewell="Gracias por su tiempo. Hemos decidido no seguir adelante con esta compra; agradeceríamos que cerrara nuestra solicitud. No se ha pedido nada.",
    clarify="Gracias por su respuesta. Antes de continuar, agradeceríamos que nos aclarara:",
    clarify_default="¿Cuál es su precio sin impuestos para nuestra necesidad, al mes o al año, y qué gastos e impuestos se añaden?",
    still_stands="¿Sigue en pie su oferta: {line}?",
    still_valid_until="Era válida hasta el {day}.",
    still_ask="Agradeceríamos su confirmación con una nueva fecha de validez, o que nos indicara qué ha cambiado.",
    order_subject="Pedido {order}: {need}",
    order_attached="Adjuntamos el {contract} firmado, pedido {order}.",
    order_confirm="Agradeceríamos que confirmara el pedido y enviara la factura con el número de pedido {order}.",
    contract="contrato",
    some_product="un producto como se describe abajo",
    terms=TermWords(
        net="{money}{per} sin impuestos",
        per={
            Period.ONCE: "",
            Period.HOUR: " por hora",
            Period.DAY: " por día",
            Period.MONTH: " al mes",
            Period.QUARTER: " al trimestre",
            Period.YEAR: " al año",
        },
        per_unit=" por {unit}",
        per_unit_running={
            Period.MONTH: " por {unit} y mes",
            Period.QUARTER: " por {unit} y trimestre",
            Period.YEAR: " por {unit} y año",
        },
        cancellable="facturación mensual, cancelable cada mes",
        billed_yearly="facturación anual (duración de {term})",
        billed={
            Period.MONTH: "facturación mensual (duración de {term})",
            Period.QUARTER: "facturación trimestral (duración de {term})",
            Period.ONCE: "facturación única (duración de {term})",
        },
        months=("{count} mes", "{count} meses"),
        for_count="para {count} {unit}",
        up_to_count="hasta {count} {unit}",
        fees="más una cuota única de {money} sin impuestos",
        no_fee_running="sin cuota de alta",
        no_fee_once="sin más gastos",
        payment=("pago en el plazo de {count} día", "pago en el plazo de {count} días"),
        payment_at_once="pago a la recepción de la factura",
        price_cap="subida anual del precio del {share} como máximo",
        price_fixed="sin subida de precio",
        notice=("preaviso de {count} día", "preaviso de {count} días"),
        no_notice="sin preaviso",
        support="nivel de asistencia: {support}",
        free_months=("primer mes gratuito", "primeros {count} meses gratuitos"),
        credit="menos un abono único de {money} sin impuestos",
        valid_until="válido hasta el {day}",
    ),
)
