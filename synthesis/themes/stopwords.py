"""Words that carry no theme, by language, written without accents.

`FUNCTION` words are those of grammar: they tell the language of a text and never make a theme.
`FILLERS` are what people say in any consultation whatever its subject ("il faudrait mettre en
place", "I would like to propose"); they are compared by stem, so one form stands for all.
The analyst may add words of their own (see `engine.find_themes`).
"""

FRENCH = """
a ai aie aient aies ait alors apres as assez au aucun aucune aucunes aucuns aujourd auquel aura aurai auraient
aurais aurait auras aurez auriez aurions aurons auront aussi autant autour autre autrement autres aux auxquelles
auxquels avaient avais avait avant avec avez aviez avions avoir avons ayant ayez ayons beaucoup bien bientot bref car
ce ceci cela celle celles celui cependant certain certaine certainement certaines certains ces cet cette ceux chacun
chacune chaque chez ci combien comme comment contre dans davantage de dedans dehors deja depuis derriere des desormais
desquelles desquels dessous dessus deux devant dix doit doivent donc dont du duquel durant elle elles en encore enfin
ensuite entre environ es est et etaient etais etait etant etc ete etes etiez etions etre eu eue eues eurent eus eusse
eussent eut eux fois font fut furent grace hors hui ici il ils jamais je jusqu jusque la ladite laquelle le ledit lequel
les lesquelles lesquels leur leurs loin lors lorsqu lorsque lui ma mais malgre me meme memes mes mien mienne mieux moi
moins mon mr mme ne neanmoins ni nombreuses nombreux non nos notamment notre nous nul on ont or ou ouais oui outre par
parce pareil parfois parmi pas pendant peu peut peuvent peux plupart plus plusieurs plutot pour pourquoi pourtant pres
presqu presque puis puisqu puisque qu quand quant que quel quelconque quelle quelles quelqu quelque quelques quels qui
quiconque quoi quoiqu quoique rien sa sans sauf se selon sera serai seraient serais serait seras serez seriez serions
serons seront ses seul seule seulement seules seuls si sien sienne sinon sitot soi soient sois soit sommes son sont sous
souvent soyez soyons suis sur surtout ta tandis tant te tel telle tellement telles tels tes toi ton toujours tous tout
toute toutefois toutes tres trois trop tu un une unes uns va vais vas vers via voici voila voire vont vos votre vous vu
y ca cad cf via hier demain afin ainsi ailleurs auparavant lequel jusqua nan quatre cinq premier premiere
"""

FRENCH_FILLERS = """
falloir faudrait faut faudra faille devoir devrait devraient devrions devra devrons devez devons doive doivent pouvoir
pourrait pourraient pourrions pourra pourront puisse puissent pouvons pouvez vouloir veux veut voulons veulent voudrais
voudrait voulez souhaiter souhaite souhaiterais souhaitable proposer propose proposition penser pense croire crois
estimer considerer sembler semble paraitre savoir sait sais savons savent dire dit disent dis faire fait faites faisons
fasse fassent ferait fera feront faisant mettre met mis mise mettons mettent mettrait permettre permet permettrait
permettent permettant permis aller allons allez irait aille venir vient viennent prendre prend prennent pris prenne
donner donne donnent rendre rend rendent rester reste trouver trouve voir voit voient vois vu vois passer passe
arriver arrive tenir tient laisser laisse demander demande merci bonjour bonsoir cordialement salutation madame monsieur
messieurs mesdames svp stp chose truc idee avis exemple facon maniere cas fait sorte type genre point part suite effet
lieu place cadre niveau ensemble partie question sujet probleme solution raison besoin moyen possible possibilite
impossible necessaire important importante vrai vraie vraiment simple simplement bon bonne bons bonnes meilleur meilleure
grand grande gros petit petite nouveau nouvelle nouveaux nouvelles propre actuel actuelle actuellement general
generalement totalement completement absolument evidemment bref clair clairement personnellement certes egalement
notamment lorsque ailleurs maintenant aujourdhui contribution plusieurs divers differents differente difference
titre tout quasi environ jour ans annee an mois semaine fois temps moment heure debut fin dernier derniere prochain
adresser attention agreer sincere sincerement salutations respectueusement avance lecture lire signature
aimer aimerais aime vive arreter arreter cesser continuer commencer commence obliger oblige eviter
essayer utiliser utilise utilisation creer creation realiser realisation effectuer ajouter ameliorer amelioration
favoriser developper developpement installer installation concerner concerne concernant
"""

ENGLISH = """
a about above after again against ain all also although always am among an and another any anybody anyone anything are
aren around as at away be because been before being below between both but by can cannot could couldn did didn do does
doesn doing don done down during each either else enough etc even ever every everybody everyone everything few for from
further get gets getting got had hadn has hasn have haven having he her here hers herself him himself his how however i
if in instead into is isn it its itself just least less let ll many may maybe me might mine more most much must my
myself need neither never no nobody none nor not nothing now of off often on once one only or other others otherwise our
ours ourselves out over own per perhaps quite rather re really same shall she should shouldn since so some somebody
someone something sometimes still such than that the their theirs them themselves then there these they this those
though through thus to together too toward towards under unless until up upon us ve very was wasn we well were weren
what whatever when where whether which while who whole whom whose why will with within without won would wouldn yes yet
you your yours yourself yourselves
"""

ENGLISH_FILLERS = """
think believe feel want like wish hope suggest suggestion propose proposal please thank thanks hello dear regards make
makes made making take give go going come see know say said look seem use using used put way thing stuff lot kind sort
example case point part place problem issue question idea opinion good better best bad great big small new important
necessary possible able people person time day year week month today currently actually simply basically definitely
people allow ensure help keep try start stop
"""

SPANISH = """
a acaso ademas ahi ahora al algo alguien algun alguna algunas alguno algunos alla alli ambos ante antes aquel aquella
aquellas aquello aquellos aqui asi aun aunque bajo bastante bien cada casi como con contra cosa cual cuales cualquier
cualquiera cuando cuanta cuanto cuantos de debe deben del demas demasiado dentro desde despues donde dos durante e el
ella ellas ello ellos en entonces entre era eran eres es esa esas ese eso esos esta estaba estaban estado estamos estan
estar estara estas este esto estos estoy etc fue fuera fueran fueron fui gran ha habeis haber habia habian habra han has
hasta hay haya hayan he hemos hoy incluso jamas la las le les lo los luego mas me mejor menos mi mia mientras mio mis
misma mismas mismo mismos mucha muchas mucho muchos muy nada nadie ni ningun ninguna ninguno no nos nosotras nosotros
nuestra nuestras nuestro nuestros nunca o os otra otras otro otros para pero poca pocas poco pocos por porque pues
puede pueden que quien quienes se sea sean segun ser seran sera seria serian si sido siempre siendo sin sino sobre sois
solamente solo somos son soy su sus suya suyo tal tales tambien tampoco tan tanta tantas tanto tantos te teneis tenemos
tener tenia tenian ti tiene tienen toda todas todavia todo todos tras tu tus un una unas uno unos usted ustedes va vamos
van varias varios vez veces vosotros vuestra vuestro y ya yo tres cuatro estais estaria
"""

SPANISH_FILLERS = """
deber deberia deberian poder podria podrian puedo podemos podeis poner pone ponen pongan querer quiero quiere quieren
queremos creer creo parece parecer pensar pienso proponer propongo propuesta hacer hace hacen haga hagan hecho haciendo
harian haria decir dice dicen digo dicho dar dan dado da ver veo visto saber sabe ir voy vaya llevar lleva llevan seguir
sigue pasar pasa dejar gracias hola saludo senor senora acuerdo apoyo apoyar favor ejemplo caso parte forma manera tipo
tema idea opinion problema solucion motivo razon momento tiempo dia ano mes hora vez lugar gente persona bueno buena
buen malo mala grande pequeno nuevo nueva importante necesario necesaria posible claro verdad cierto siguiente realmente
simplemente totalmente cosa permitir permite existir existe necesitar necesita necesidad gustar gustaria encantar
"""

GERMAN = """
ab aber alle allem allen aller alles allerdings als also am an andere anderem anderen anderer anderes anders auch auf
aus ausser bei beide beiden beim bereits besonders bevor bin bis bisher bist bzw da dabei dadurch dafur dagegen daher
dahin damals damit danach daneben dann daran darauf daraus darf darfen darin daruber darum darunter das dass davon davor
dazu dein deine dem demnach den denen denn dennoch der deren des deshalb dessen desto die dies diese diesem diesen
dieser dieses doch dort du durch durfen eben ebenso ein eine einem einen einer eines einfach einige einigen einiger
einmal er erst es etc etwa etwas euch euer eure fast fur ganz ganze ganzen gar gegen genau genug gerade gern gibt hab
habe haben hast hat hatte hatten her hier hierfur hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in
indem ins ist ja je jede jedem jeden jeder jedes jedoch jemand jene jetzt kann kannst kaum kein keine keinem keinen
keiner konnen konnte konnten leider man manche manchen mancher mehr mein meine meinem meinen meiner meist mich mir mit
mochte muss mussen musste mussten nach nachdem nachher naturlich neben nein nicht nichts nie niemand noch nun nur ob
oben oder oft ohne per schon sehr sein seine seinem seinen seiner seit selber selbst sich sie sind so sobald sofern
sogar solche solchen soll sollen sollte sollten somit sondern sonst soweit sowie sowohl statt stets trotz trotzdem uber
uberall um und uns unser unsere unserem unseren unserer unten unter viel viele vielen vieler vielleicht vom von vor
vorher wahrend wann war ware waren warum was weder wegen weil weiter weitere weiteren welche welchem welchen welcher
welches wem wen wenig wenige wenn wer werde werden weshalb wie wieder wieso will wir wird wo wobei wodurch wohl wollen
wollte worden wurde wurden zu zum zur zwar zwei zwischen fuer koennen koennte muessen waere ueber wuerde wuerden
"""

GERMAN_FILLERS = """
machen gehen kommen geben finden sehen wissen sagen denken glauben meinen vorschlagen vorschlag wunschen bitte danke
hallo grusse sehr gut gute guten besser beste gross grosse klein kleine neu neue wichtig notwendig moglich moglichkeit
beispiel fall teil art weise punkt problem losung frage idee thema sache ding grund zeit tag jahr stelle bereich lassen
halten bringen nehmen stehen liegen bleiben brauchen sinnvoll eigentlich wirklich jeweils z.b. bspw leute mensch menschen
seit sich alle kommt kommend lang eng schlecht hoch situation leider haufig stark
"""

CATALAN = """
a abans aco aixi aixo al algu alguna algunes alguns als alla alli allo altra altre altres amb ambdos aquell aquella
aquelles aquells aquest aquesta aquestes aquests aqui ara arreu bastant be cada cap com contra cosa cosi d dalt damunt
de deu del dels des despres dins dintre donat doncs durant e el ella elles ells els em en encara ens entre era eren eres
es esta estan estat estava estem ets fa fan fer fins fora ha han has hauria haurien havia haver hem heu hi hem ho hom i
igual jo ja l la les li llarg llavors lo los m ma mai massa me mentre meu meva meves mes mateix mateixa mateixes
mateixos menys meus mi mitjancant molt molta moltes molts mon n ne ni ningu no nomes nosaltres nostra nostre nostres on
o per perque pel pels pero poc poca pocs poden pot pots potser primer propi puc qual qualsevol quan quant que quelcom
qui quin quina quines quins s sa se sense ser sera serien seria ses seu seus seva seves si sigui siguin sobre sols som
son soc sota sou t ta tal tambe tampoc tan tant tanta te tenen tenim tenir tot tota totes tothom tots teu teva un una
unes uns us va vaig vam van vas vosaltres vostra vostre vostres
"""

CATALAN_FILLERS = """
caldria cal calen caldre deure poder podria podrien voler vull volem penso creure crec creiem semblar sembla proposar
proposo proposem proposta fer fet fan faci facin dir diu posar posem donar dona veure saber anar gracies hola salutacio
exemple cas part forma manera tipus tema idea opinio problema solucio rao moment temps dia any mes hora vegada lloc gent
persona bo bona gran petit nou nova important necessari necessaria possible clar veritat realment simplement cosa
permetre existir necessitar necessitat m'agradaria agradar hauriem hauria
"""

# Only to recognise a text that is in none of the five languages read in full.
ITALIAN = """
il lo gli un una di del della dei delle da dal in nel nella con su sul per tra fra che chi cui non piu come anche ma se
perche quando dove sono sei siamo essere avere ho ha hanno questo questa questi quello quella molto tutti tutto loro
noi voi ogni deve essere e anche degli alle alla agli sia
"""
PORTUGUESE = """
o os um uma do da dos das no na nos nas em por para com sem que nao mais como mas se quando onde sao ser estar ter foi
este esta esse essa isso muito todos tudo eles nos voce pela pelo ao aos tambem ja so ate deve seu sua
"""
DUTCH = """
de het een van en in op te dat die is niet zijn was met voor aan er om ook als maar door over bij uit nog naar wel geen
meer hun deze dit kan moet worden wordt heeft hebben wij jullie ze we veel alle
"""

FUNCTION: dict[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "fr": FRENCH,
        "en": ENGLISH,
        "es": SPANISH,
        "de": GERMAN,
        "ca": CATALAN,
        "it": ITALIAN,
        "pt": PORTUGUESE,
        "nl": DUTCH,
    }.items()
}

FILLERS: dict[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "fr": FRENCH_FILLERS,
        "en": ENGLISH_FILLERS,
        "es": SPANISH_FILLERS,
        "de": GERMAN_FILLERS,
        "ca": CATALAN_FILLERS,
    }.items()
}
