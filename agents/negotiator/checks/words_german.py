"""The words of courteous letters in German, folded. Left out on purpose: what limits, compares, presses, promises or counts."""

from __future__ import annotations

WORDS = """
ab abend aber absicht absprache absprechen abstimmen abstimmung abwarten achten ahnlich aktuell aktuelle aktuellen alle allem allen aller
allerdings alles als also am an anbei anbieten andernfalls anders anfang anfrage angaben angebot angebote angebots angekommen
angelegenheit angenehm angenehme angenehmen angesehen angesprochen anhand anliegen anmerkung anmerkungen annehmbar anregung anregungen
anschauen ansehen ansicht ansprechen ansprechend ansprechpartner anstatt antwort antworten antwortet antwortmail anzusprechen arbeiten
auch auf aufgefuhrten aufgreifen aufmerksam aufmerksamkeit aufnehmen aufwand aus ausarbeitung ausfuhrlich ausfuhrliche ausfuhrlichen
ausgearbeitet ausgewogen ausgezeichnet ausgiebig auskommen auskunft ausserdem aussicht austausch auszutauschen b bald baldige baldigen
beantworten beantwortet bedanke bedanken bedarf bedauern bedenken bedeutet bedingung bedingungen befassen begrussen behalten bei beide
beiden beim beitrag bemerkung bemuhen bemuht bemuhung bemuhungen bereits berucksichtigen berucksichtigt beschaftigen beschaftigt bescheid
beschreiben besonders besprechen besprochen bestatigen bestatigt bestatigten bestatigung beste bestehen besteht besten bestens bester
bevor bewusst beziehen bezug bieten bin bis bitte bitten blick blicken brauchen braucht brief briefe bringen c d da dabei dadurch dafur
daher dahinter damals damit daneben dank dankbar dankbarer danke danken dankend dann daran darauf dargelegt darin darlegen darstellen
darstellung daruber darum das dass dasselbe davon dazu dein dem den denen denken denn der deren des deshalb detail details dich die dies
diese diesem diesen dieser dieses dinge direkt doch dort du durch durchgehen durchgelesen durchgesehen durchsicht durfen durfte eben
ebenfalls ebenso eigenen ein einarbeiten eindeutig eindruck eine einem einen einer eines einfach eingang eingegangen eingehen eingehend
einheitlich einig einige einigen einladen einmal einsatz einschatzung einsehen einsendung einverstanden einverstandnis einwande
einzelheiten einzelne einzelnen endlich entgegen entgegengebrachte entgegengebrachten entgegensehen entsprechen entsprechend entspricht er
erbitten erfahren erfahrung erfreulich erfreut erfullbar erfullen erfullt erganzen erganzung ergeben ergebnis ergibt erhalten erhoffen
erinnern erkundigen erlautern erlauterung erlauterungen erleichtern erleichtert ermoglichen ermutigend erneut erreichbar erreichen
erscheint ersehen erst erste erstellt ersten erwarten erwartung erwartungen es etwas euch fachlich fair faire fairen fall falls fasst
fehlt fein fest feststellen finden folgen folgende folgenden folgendes folgt formulieren formulierung frage fragen frau freude freue
freuen freundlich freundliche freundlichem freundlichen freundlicher freundlicherweise freundliches freut fuhlen fuhren fur furs gab ganz
ganze ganzen geben gedanken geduld geehrte geehrten geehrter geehrtes geeignet geeignete geeigneten gefallen gefallig gefallt gefunden
gegeben gehe gehen gehort geht gelegenheit gelesen gelesene gelingt gemacht gemass gemeinsam gemeinsame gemeinsamen gemeint gemeldet
genannte genannten genau genauer genehm genommen genug genugt genutzt gepruft gern gerne gesamt gesamteindruck gesamten geschatzt
geschatzte geschickt geschrieben gesendet gespannt gesprach gesprache gestellt gestellten gestern gewissenhaft gewohnt gewunscht
gewunschten gibt gilt glauben gleich gleichen glucklich grossartig grosse grossen grosser grosses gruessen grund grundlage grundlich
grundlichen gruss grusse grussen gut gute guten guter gutes habe haben haetten hallo halt halten handeln hat hatte hatten haufig helfen
heraus herr herzlich herzliche herzlichen herzlicher herzlichst heute hier hiervon hilfe hilfreich hilft hin hinaus hineinversetzen
hinweis hinweise hoffe hoffen hoflich hoflichen horen ich ideal idee ihm ihnen ihr ihre ihrem ihren ihrer ihres im immer in indem
individuell information informationen inhalt inhalte inhaltlich ins insgesamt interessant interessante interesse interessiert inzwischen
irgendwo ist ja je jede jedem jeden jederzeit jedoch jemals jemand jetzige jetzt jeweils kann kein keine keinen kennen kenntnis klaerung
klappt klar klare klaren klarer klarheit klarstellen klarstellung klart klarten klingen klingt kollege kollegen kollegin komme kommen
kommt komplett konditionen konkret konkrete konkreten konnen konnte konnten konstruktiv konstruktive konstruktiven kontakt konzentriert
kooperation korrekt kundige kurz kurze kurzen kurzer lassen lasst lauft leben leicht leichter leider lesen liebe lieben liebenswurdig
lieber liebes liegen liegt linie losung losungen machbar machbarer machen machten mag mail man manche manches mehr mehrere mein meine
meinen meinung melde melden meldung merken mich mir mit miteinander mitgenommen mitgeteilt mitteilen mitteilung mitzuteilen mochte mochten
moglich mogliche moglichen moglichkeit moglichkeiten moglichst moment muhe mussen mussten nach nachdenken nachfolgend nachfolgende
nachfolgenden nachfrage nachgelesen nachricht nachrichten nachsten nachster nachvollziehbar nachvollziehen nahe naher name naturlich
nehmen nein nennen nennt nett netten neue neuen neugierig nicht noch nochmals notieren notig notwendig notwendige nun nur nutzen nutzlich
ob oder offen offene offenen oft ohne ordentlich ordnung paar paket pakete parat passen passend passende passenden passt passte person
personlich personliche personlichen positiv positive positiven pragen praktikabel praktisch prazise preis preise preises probieren problem
probleme produkt prufen pruft prufung punkt punkte punkten punktlich rahmen rasch rasche raschen rat reagieren reaktion realisierbar
realistisch recht reden reibungslos reichen reicht respekt respektvoll richtig richtige richtigen ruckblick ruckfrage ruckfragen
ruckmeldung ruckmeldungen rufen runde sache sachen sachlich sagen sagt samt samtliche samtlichen satz schaffen schatzen schauen scheint
schicken schlagen schlicht schliesslich schnell schnelle schnellen schneller schon schone schonen schonsten schreiben schriftlich
schriftliche schriftlichen schritt schritte schwer schwierig schwierigkeiten sehen sehr seien sein seine seite seiten selbst
selbstverstandlich seltsam sende senden setzen sich sicher sie sieht sind sinnvoll so sofern sogar solche soll sollen sollte sollten
sondern sorgfalt sorgfaltig sorgfaltigen sorgsam sowie spannend speziell spontan sprechen stand stattdessen stehe stehen steht stelle
stellen stimmt suche suchen sympathisch tag tage tagen tat tatsachlich tauschen team teil teile teilen teilte telefon telefonisch text
thema themen toll tragbar tragen transparent trifft tun uber uberarbeiten uberaus uberblick ubereinkunft ubereinstimmung uberlassen
uberlegen uberlegung ubermitteln ubermittelt ubermittelte uberpruft ubersandt ubersandte ubersicht ubersichtlich uberzeugt um umfang
umfangreich umsetzbar unbeantwortet unbedingt und ungeklart unklar unkompliziert uns unser unsere unserem unseren unserer unseres unten
unterbreitet unterlagen unternehmen unterstutzen unterstutzt unterstutzung verbleibe verbleiben vereinbar vereinbaren verfassen verfasst
verfugung vergangenen verlauf vernunftig verstanden verstandigen verstandigung verstandlich verstandnis verstehen versuchen vertrag
vertrauen verzogerung viel viele vielen vielleicht voll vollem vollkommen vollstandig vollstandige vollsten vom von vor vorab voran
vorankommen vorausgesetzt vorbereiten vorgehen vorgelegt vorgelegten vorgeschlagen vorhaben vorher vorlegen vorliegende vorliegt vornehmen
vorschlag vorschlage vorschlagen vorstellbar vorstellen vorstellung vorstellungen waere wahren wahrscheinlich wann war ware waren warten
wartet warum was weg wege weil weiss weiter weitere weiteren weiterer weiterfuhren weiterhelfen weiterhin weiterkommen weiterleiten
weitermachen welche welchem welchen welcher welches wenden wenig weniger wenn wer werde werden wert wertschatzen wertschatzung wertvoll
wesentlich wesentlichen wichtig wichtige wichtigen wie wieder wiederhoren willkommen wir wird wirken wirklich wirkt wissen wo woche
wochenstart wofur wohl wohlwollend wollen wort worte worten wunderbar wunsch wunsche wunschen wunschenswert wurde wurden zeigen zeigt zeit
zeitnah ziel zielfuhrend zogern zu zudem zufrieden zufriedenheit zufriedenstellend zuganglich zugegangen zugehen zugesandt zugesandte
zugeschickt zugig zugige zugigen zugleich zukommen zum zunachst zur zuruck zuruckkommen zusage zusammen zusammenarbeit zusammenarbeiten
zusammenfassung zusammengefasst zusammengestellt zusatzlich zuschicken zusenden zusendung zustimmen zuverlassig zuversichtlich zweifel
zwischen
"""
