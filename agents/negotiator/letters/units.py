"""What is bought, in the language of the letter: singular and plural of the units that requisitions name."""

from __future__ import annotations

from agents.negotiator.language import Language

# English singular, plural; German (accusative), French and Spanish singular and plural.
_TABLE = """
account accounts | Konto Konten | compte comptes | cuenta cuentas
agent agents | Agenten Agenten | agent agents | agente agentes
article articles | Artikel Artikel | article articles | artículo artículos
box boxes | Karton Kartons | carton cartons | caja cajas
call calls | Anruf Anrufe | appel appels | llamada llamadas
chair chairs | Stuhl Stühle | chaise chaises | silla sillas
computer computers | Computer Computer | ordinateur ordinateurs | ordenador ordenadores
contact contacts | Kontakt Kontakte | contact contacts | contacto contactos
copy copies | Exemplar Exemplare | exemplaire exemplaires | ejemplar ejemplares
credit credits | Guthaben Guthaben | crédit crédits | crédito créditos
customer customers | Kunden Kunden | client clients | cliente clientes
desk desks | Schreibtisch Schreibtische | bureau bureaux | escritorio escritorios
device devices | Gerät Geräte | appareil appareils | dispositivo dispositivos
document documents | Dokument Dokumente | document documents | documento documentos
domain domains | Domain Domains | domaine domaines | dominio dominios
email emails | E-Mail E-Mails | e-mail e-mails | correo correos
employee employees | Mitarbeitenden Mitarbeitende | salarié salariés | empleado empleados
envelope envelopes | Umschlag Umschläge | enveloppe enveloppes | sobre sobres
event events | Ereignis Ereignisse | événement événements | evento eventos
image images | Bild Bilder | image images | imagen imágenes
inbox inboxes | Postfach Postfächer | boîte_mail boîtes_mail | buzón buzones
instance instances | Instanz Instanzen | instance instances | instancia instancias
invoice invoices | Rechnung Rechnungen | facture factures | factura facturas
item items | Artikel Artikel | article articles | artículo artículos
laptop laptops | Laptop Laptops | ordinateur_portable ordinateurs_portables | portátil portátiles
lead leads | Lead Leads | prospect prospects | cliente_potencial clientes_potenciales
lesson lessons | Unterrichtsstunde Unterrichtsstunden | cours cours | clase clases
licence licences | Lizenz Lizenzen | licence licences | licencia licencias
location locations | Standort Standorte | site sites | sede sedes
mailbox mailboxes | Postfach Postfächer | boîte_mail boîtes_mail | buzón buzones
meeting meetings | Besprechung Besprechungen | réunion réunions | reunión reuniones
member members | Mitglied Mitglieder | membre membres | miembro miembros
message messages | Nachricht Nachrichten | message messages | mensaje mensajes
monitor monitors | Monitor Monitore | écran écrans | monitor monitores
order orders | Bestellung Bestellungen | commande commandes | pedido pedidos
package packages | Paket Pakete | paquet paquets | paquete paquetes
page pages | Seite Seiten | page pages | página páginas
person people | Person Personen | personne personnes | persona personas
phone phones | Telefon Telefone | téléphone téléphones | teléfono teléfonos
photo photos | Foto Fotos | photo photos | foto fotos
piece pieces | Stück Stück | pièce pièces | pieza piezas
product products | Produkt Produkte | produit produits | producto productos
project projects | Projekt Projekte | projet projets | proyecto proyectos
recipient recipients | Empfänger Empfänger | destinataire destinataires | destinatario destinatarios
record records | Datensatz Datensätze | enregistrement enregistrements | registro registros
request requests | Anfrage Anfragen | requête requêtes | solicitud solicitudes
response responses | Antwort Antworten | réponse réponses | respuesta respuestas
room rooms | Raum Räume | salle salles | sala salas
seat seats | Platz Plätze | poste postes | puesto puestos
server servers | Server Server | serveur serveurs | servidor servidores
session sessions | Sitzung Sitzungen | session sessions | sesión sesiones
set sets | Satz Sätze | jeu jeux | juego juegos
shipment shipments | Sendung Sendungen | envoi envois | envío envíos
signature signatures | Unterschrift Unterschriften | signature signatures | firma firmas
site sites | Standort Standorte | site sites | sede sedes
subscriber subscribers | Abonnenten Abonnenten | abonné abonnés | suscriptor suscriptores
subscription subscriptions | Abonnement Abonnements | abonnement abonnements | suscripción suscripciones
ticket tickets | Ticket Tickets | ticket tickets | ticket tickets
transaction transactions | Transaktion Transaktionen | transaction transactions | transacción transacciones
translation translations | Übersetzung Übersetzungen | traduction traductions | traducción traducciones
unit units | Einheit Einheiten | unité unités | unidad unidades
user users | Nutzer Nutzer | utilisateur utilisateurs | usuario usuarios
video videos | Video Videos | vidéo vidéos | vídeo vídeos
visitor visitors | Besucher Besucher | visiteur visiteurs | visitante visitantes
website websites | Website Websites | site_web sites_web | sitio_web sitios_web
word words | Wort Wörter | mot mots | palabra palabras
workstation workstations | Arbeitsplatz Arbeitsplätze | poste_de_travail postes_de_travail | puesto_de_trabajo puestos_de_trabajo
hour hours | Stunde Stunden | heure heures | hora horas
day days | Tag Tage | jour jours | día días
week weeks | Woche Wochen | semaine semaines | semana semanas
month months | Monat Monate | mois mois | mes meses
year years | Jahr Jahre | an ans | año años
"""
_SAME = {
    "license": "licence",
    "licenses": "licence",
    "pcs": "piece",
    "pc": "piece",
    "persons": "person",
    "e-mails": "email",
    "e-mail": "email",
}

Forms = tuple[str, str]


def _read(table: str) -> dict[str, dict[Language, Forms]]:
    known: dict[str, dict[Language, Forms]] = {}
    for line in table.strip().splitlines():
        pairs = [tuple(cell.replace("_", " ") for cell in column.split()) for column in line.split("|")]
        forms = {language: (pair[0], pair[1]) for language, pair in zip(Language, pairs, strict=True)}
        known |= dict.fromkeys(forms[Language.EN], forms)
    return known


_UNITS = _read(_TABLE)
_SIBILANT = ("ches", "shes", "sses", "xes", "zes")


def forms_of(unit: str, language: Language) -> Forms:
    """Return singular and plural of a unit. One that is not in the table keeps the operator's word, in English with its singular."""
    plain = unit.strip().lower()
    known = _UNITS.get(_SAME.get(plain, plain))
    if known is not None and not (language is Language.EN and plain in _SAME):
        return known[language]
    return (_singular(unit), unit) if language is Language.EN else (unit, unit)


def _singular(unit: str) -> str:
    if unit.endswith(_SIBILANT):
        return unit[:-2]
    return unit[:-1] if unit.endswith("s") and not unit.endswith("ss") else unit


def counted(count: int, unit: str, language: Language) -> str:
    """Return the unit as it stands after `count`, which is at least one."""
    singular, plural = forms_of(unit, language)
    return singular if count == 1 else plural
