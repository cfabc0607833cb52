"""The words of courteous letters in French, folded. Left out on purpose: what limits, compares, presses, promises or counts."""

from __future__ import annotations

WORDS = """
a accept acceptable accepter accord accorde accorder accueil accueillir achats acheve actuel actuelle adapte adaptee adequat adequate
admettre adresse adresser afin agir agit agreable agreer ai aide aider aidera aimable aimablement aimables aime aimerais aimerions ainsi
aisement ait aller allez alors amical analyser annexe appel appeler appeles apporte apporter appreciable apprecie appreciee apprecier
apprecierions apprecions approprie appropriee apres arranger arrive arriver as assez assure assurer attache attend attendent attendons
attends attendu attendues attente attentif attention attentive attentivement au aucun aucune aujourd auparavant aupres aurions aussi
autant autrement aux avance avancee avancer avant avec avez avis avoir avons b beaucoup bel belle besoin besoins bien bientot
bienveillance bienveillant bienveillante bon bonjour bonne bonnes bons bout bref breve brievement but c ca car cas ce ceci cela celle
celles celui certain certaine certainement certains ces cet cette ceux chacun chacune chaleureusement changer chaque cher cherche cherchez
cherchions cherchons chere choisir choix chose choses ci circonstances clair claire clairement claires clairs clarification clarifier
clarte clef collaboration collaborer collaborerons collegue collegues comme commencer comment commentaire commentaires communiquer
complement complementaire complementaires complet complete completement completer complexe comporte comprehension comprend comprendre
comprenons compris compte concernant concerne conclusion concret concretiser condition conditions confiance confirmation confirme
confirmer confirmez conforme confortable connaissance connaitre consacre consacrer conseil conserver consideration considere considerer
considerons consiste constructif constructive contact contacter content contente contents continuer contraire contrat contribuer
convenable convenances convenir convenu conversation conviendrait convienne conviennent convient cordial cordiale cordialement cordiales
correct correctement correspond correspondant correspondent correspondre cote courant courriel courrier cours courte courtois courtoise
courtoisie createur curieuse curieux d dans de debut decrire decrit decrites definir demande demander demandons depuis des desire desirez
desormais detail detaille detaillee detaillees details devons devrait difficile difficiles difficulte difficultes diligence diligent dire
direct discussion discuter dispose disposition dispositions distinguees distingues dit dites documents doit donc donne donnees donner
donnez dont doute du duree echange echanger echanges eclaircir eclaircissement eclairer ecoute ecrire ecrit ecrite ecrivez effet efficace
efforts egalement egard elabore elaboree elements elle elles emettre en enchante enchantes encore encourageant encourageante endroit enfin
engageante ensemble entendu entente entierement entre entretien envisage envisageable envisageons envisager envoi envoie envoye envoyee
envoyees envoyer envoyes envoyez eprouvez equilibre equilibree equipe equipes es espere esperons espoir essayer essentiel essentielle est
estimez et etablie etablir etait etape ete etes etions etre etudie etudiee etudier etudierons eu eventuel eventuelle eventuelles eventuels
evidemment exact exacte exactement examine examinee examiner examinerons examinons exemple exigence exigences existe explication
explications explicite explicitement expliquer expose exprimer face facile facilement facon faire fait faites faut favorable favorablement
favorables felicitations fera ferait feront fin finaliser fixer fluide fois fonctionner fond formulation formule formulee formuler
formules fournie fournir franc franche fructueuse fructueux garder gentil gentillesse gracieusement grand grande grandement gre h hesite
hesiter hesitez heureuse heureux honneur hui ici ideal idealement idee idees il ils immense important importante importants importe
impression inclure inclus indication indications indique indiquee indiquees indiquer indiquez information informations informer initial
instant interessant interessante interesse interessent interesses interet interlocuteur invite inviter invitons j je joindre joint jointe
jouir jour journee juger jusqu juste justement l la laquelle large le lecture lequel les lesquelles lesquels lettre leur leve lever
liberte lien lieu ligne lire lors lorsque lu lui lumiere ma madame maintenant mais maniere manque me meilleur meilleure meilleures
meilleurs meme memes mener mentionne mentionnee mentionnees merci mercis mes mesdames message messieurs mesure mesures methode mettre midi
mieux moi moins moment mon monsieur mot mots moyen n naturellement ne necessaire necessaires ni nom nombreux non nos notamment note noter
noterez notre nous nouveau nouveaux nouvelle nouvelles objet obstacle obtenir occasion offre offres on ont or ou oui ouvert ouverts
ouverture par paraissent parait parfait parfaitement parler part partage partager particulier parvenir pas passer patience pendant pensee
penser pensez permet permettez permettrait permettre permis personne personnel perspective pertinence pertinent petite peu peut peuvent
peux plaisent plaisir plait plus point points politesse pose poser posez positif position positive possibilite possibilites possible
possibles pour pourquoi pourra pourrait pourriez pourrions poursuivre pouvez pouvoir pouvons pratique prealable precieuse precieux precis
precise precisement preciser precision precisions prefere preference preferez premier premiere prendre presence present presente presentee
presenter presentez pret prete preter prets preuve prie prier priere prions pris prise prix probablement probleme problemes proceder
prochaine prochainement prochains proche produit produits professionnel professionnelle promptement promptitude propice propos propose
proposer proposes proposition propositions proposons prudemment puis puisse puissiez puissions qu qualite quand quant que quel quelconque
quelle quelles quelque quelques quels question questions qui quoi quotidien raison raisonnable raisons rapide rapidement rapidite rappeler
rapport ravi ravie ravis realisable realisation realiste reception recevez recevoir recevrons recherchons reconnaissant reconnaissants
recu recue reelle reellement referer reflechi reflechir reflete reflexion regard regarde regarder reglage regler regrette rejoindre
rejouis rejouissons relation relative relatives relire remarquable remarque remarquer remarques remercie remerciements remercier
remercions rencontre rencontrer rencontrez rend rendre renouveler renseignement renseignements reponde repondez repondra repondre reponds
reponse reponses representent reserve resoudre respect respectueusement respectueuses respectueux reste resterai restons resulte retenir
retour retourner retours retrouver reunir revenez revenir revenu revenue revenus reviendrez reviens revient revoir s sa sache saisir salue
salut salutation salutations sans satisfaction satisfaire satisfaisant satisfait satisfaits savent savez savoir se semble semblent sens
sera serai serait serez serieusement serieux seriez serions seront sert service servir ses seulement si sien signifie simple simplement
simples sincere sinceres sinon situation soigne soignee soigneuse soigneusement soin soit solution solutions sommes son sont soucieux
souhait souhaite souhaitez souhaitons soulever soumettre soumis soumise souplement sous souvent stipule structure suffira suffirait
suffisant suffit suggestion suggestions suis suit suite suivant suivante suivantes suivants sujet sur surtout sympathie sympathique t tant
tel telephone telle telles tels temoigner temps tenir tenons tenu terme termes terrain texte tiendrez tiens tient tous tout toute
toutefois toutes traite traiter transmettre transmis transmise transmission transparent transparente travail travailler tres trouve
trouver trouvera trouvons un une utile utilement utiles va valable verifier veritable verront vers version veuillez via vif vifs vite
vivement voici voie voient voir voire volonte volontiers vos votre votres voudrions voulez voulons vous vrai vraie vraiment vu vue y
"""
