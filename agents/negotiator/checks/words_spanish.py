"""The words of courteous letters in Spanish, folded. Left out on purpose: what limits, compares, presses, promises or counts."""

from __future__ import annotations

WORDS = """
a abajo abierto abiertos abordar acaso aceptable aceptar acerca acercar acercarnos aclaracion aclaraciones aclarado aclarar aclararlo
aclaratorio aclare aclaren acogida acordado acordar actual actualmente acuse adapta adecuada adecuadas adecuado adecuados adelantar
adelante adelanto ademas adjunta adjuntamos adjunto afable afectuoso agrada agradable agradece agradecemos agradecer agradeceria
agradeceriamos agradecida agradecido agradecidos agradecimiento agrado ahora ajusta ajustan al alegra alegramos alegrara alegraria algo
algun alguna algunas alguno algunos amabilidad amable amablemente amables amena amplia ampliamente analizar ante antemano anterior
anterioridad antes aportar apoyo aprecia apreciada apreciado apreciados apreciamos apreciariamos apropiada apropiado aprovechar aprovecho
aqui armonia asegurar asi asimismo aspecto aspectos asunto atencion atender atenderle atendernos atendido atenta atentamente atento
atentos aun aunque avancemos avanzar avisar avisarnos avise avisen ayuda ayudar ayudara ayudaria ayudarle ayudarnos b basandonos basta
bastante bastaria beneplacito bien bienvenida bienvenido breve brevemente buen buena buenas bueno buenos busca buscamos c cabe cabo cada
calma caso cerca cierta ciertas cierto ciertos clara claras claridad claro claros cliente coincide coincidir colaboracion colaborar colega
colegas combinar comentar comentario comentarios comentarnos comienzo como comoda comodidad comodo compartido compartir complace
complacidos completa completamente completar completo comprendemos comprender comprensible comprension comprobado comprobar comun
comunicado comunicar comunicarnos comunique comuniquen con conclusion concreta concretamente concretar concreto concuerda condicion
condiciones conducir confiamos confiando confianza confirma confirmacion confirmar confirmarnos confirme confirmen confirmenos conforme
conjunta conjuntamente conjunto conmigo conocer conocerla conseguir conseguirlo conservar considera consideracion considerar considerarlo
constancia constructiva constructivo consulta consultar consultas contactar contactarnos contacto contado contamos contar contarnos
contentas contento contentos contestacion contestar contestarnos continuacion continuamos continuar contrario contrato convendria convenga
conveniente convenir conversacion conversar conviene convienen conviniera cooperacion cordial cordiales cordialidad cordialmente correcta
correctamente correcto correo corresponde correspondiente cosa cosas creemos creer criterio cual cuales cualquier cualquiera cuando cuanta
cuanto cuente cuentenos cuestion cuestiones cuidado cuidadosamente cumple cumplir cumplirlas curiosidad cuya cuyo da dado dar darnos de
debajo debe debidamente decidir decir decirme decirnos dedica dedicacion dedicada dedicado dedicarnos dejar deje dejenos del depende des
descrita descritas descrito desde deseable deseamos desean deseo destacar detallada detallado detalle detalles detenidamente detenimiento
dia dialogo dias dice dicha dichas dicho diferente dificil dificiles dificultad dificultades diga digame digan diganos dijera dijeran dijo
diligencia dinos directa directamente dirigirnos dirigirse disculpe discutir discutirlo disfrutar disponible disponibles disposicion donde
doy duda dudas dude duden e efectivamente efecto ejemplo el elaborada elaborado elaborar eligiera ella ellas ello ellos emocion en encaja
encajan encajar encajaria encaje encantada encantado encantados encantaria encontrar encontremos encuentre encuentren enhorabuena
enseguida entendemos entender entendido entendiera entendimiento entera entero entonces entre enviada enviadas enviado enviados enviar
enviarla enviarnos enviarnosla enviaron envie envien envienos envio equilibrada equilibrado equipo era es esa esas escriba escriban
escribanme escribanos escribir escribirme escribirnos escribo escrita escrito escuchar escucharle ese esforzado esfuerzo eso esos
especialmente especifica especifico espera esperamos esperando esperar espero esta estan estar estara estaremos estaria estas este
estimada estimadas estimado estimados estimo esto estos estudiada estudiado estudiar estudiaremos estudiarlo estudio estupendo etapa
evidente exacta exactamente examinado examinar examinarla examinarlo excelente existe exito explicacion explicado explicar explicarnos
explicito explique expliquenos expresar expresarle extenso facil facilidad facilitado facilitar facilitarnos facilmente factible factibles
falta familia favor favorable fecha feedback felices feliz finalmente forma formato formular franca frase fructifera fue fuera fueran
fuese fundamental ganas general generosa genial gentil gentileza gracias gran grande grandes grata gratificante gratitud grato grupo guia
gusta gustado gustaria gusto gustosamente ha haber hablamos hablar hablarlo habra habria hacemos hacer haciendo haga hagamos hagan
hagannoslo haganoslo hallar han has hasta hay haya hemos hiciera hicieron hola honor honra hora horas humilde idea ideal ideas igual
igualmente importante impresion incluida incluido incluso indica indicada indicadas indicado indicados indicando indicar indicarnos
indique indiquen indiquenos informacion informamos informar informarnos informe inicial inquietud inquietudes intencion intercambiar
intercambio interes interesa interesado interesados interesan interesante invitamos invitar junta junto juntos la las le lea lectura leer
leerle leerles leerlo leido lenguaje les linea lista listado listos llamada llamar llamarnos llega llegado llegar llegue llevar lo lograr
logre los luego lugar mail manera manifestar mantener maravillosa maravilloso mas me mediante medida mejor mejores menciona mencionada
mencionadas mencionado mencionados mensaje mensajes merece mero mi minuciosamente minucioso mirar misma mismas mismo mismos modo molestia
molestias momento motivo mucha muchas mucho muchos mutua mutuo muy nada naturalmente necesaria necesario necesidad necesidades necesita
necesitamos ni ninguna nivel no nombre nos nosotras nosotros nota notar noticias notifique nuestra nuestras nuestro nuestros nueva
nuevamente nuevo o obstaculo obtener ocasion ocupa oferta ofertas ofrecer ofrecernos ofrecida ofrecido ojala opcion opciones opina opinan
opinen opinion oportuna oportunidad oportuno optimo organizar orientar os paciencia pagina palabras paquete paquetes para parece parecen
pareceria parezca parte partes particular pasada pasado pasar pase paso pasos pendiente pendientes pensado pensar perfecta perfectamente
perfecto permitanos permite permitir permitiria pero persona personal personalmente pertinente placer planteado planteamos plantear
plantee plena plenamente pleno poco podamos podemos poder podra podran podremos podria podriamos podrian poner ponernos ponerse ponga
pongan por porque posibilidad posibilidades posible posibles positiva positivamente positivas positivo posteriormente practica practico
precio precios preciosa precisa precisamente precisar preciso preferencia preferible preferimos prefiera prefiere pregunta preguntar
preguntas preocupacion presencia presentada presentado presentar presente prestada prestado previa previamente previo primer primera
primero principal problema problemas procedemos proceder producto profesional prometedora pronta pronto propia propio propone proponemos
proponer proposito propuesta propuestas propuesto proxima proximo pueda puedan puede pueden puedo pues puesto punto puntos puntual
puntualmente que queda quedamos quedar quedaremos quedaria quede quedo queremos querer querria querriamos quiera quieran quiere
quisieramos quizas rapida rapidamente rapidez rapido razon razonable razonables reaccion realidad realista realizable realizar realmente
receptivos reciba reciban recibida recibido recibimos recibio recibir recibirlo reciente recientemente reconocidos reconocimiento
referencia referente reflexion reflexionar reiterar reitero relacion relacionada remitida remitido remitirnos repasar requiera requiere
requisito requisitos resolver resolverlo respecta respectiva respecto respetando respetuosa respetuosamente respetuoso responda respondan
responder respondernos respuesta respuestas resulta resultado resultan resulte resulten resumen retomar reunirnos revisado revisar
revisarlo rogamos ruego sabemos saben saber sabremos salida salud saluda saludan saludarle saludo saludos satisfacer satisfactoria
satisfactorio satisfecha satisfechos se sea sean seguidamente seguimiento seguimos seguir seguira seguiremos segura seguro senalar senale
sencilla sencillamente sencillo senor senora senores sentido sepa sepamos ser sera seran seria seriamos serian serio serle servicio
serviria servirle servirnos si sido siempre siendo siente siga significa siguiente siguientes simple simplemente sin sincera sinceras
sinceridad sincero sinceros sino situacion situaciones sobre solamente solicitada solicitado solicitud solo solucion soluciones somos son
su suficiente sugerencia sugerencias sugerir sugiera sugieran suma supone suponga supuesto sus suya suyas suyo suyos tal tambien tan tanta
tanto tarde tardes tarea telefono tema tendran tendremos tendria tener tenerlo tenga tengan tenido teniendo termino terminos texto tiempo
tiene tienen toda todas todavia todo todos tomado tomamos tomar tomarse totalmente trabajamos trabajar trabajo tranquilamente transcurso
transmitir transparente tras trata tratado tratar tratarlo trate trato tu un una unas unico uno unos usted ustedes util utiles va valiosa
valioso valoracion valorada valorado valoramos valorar valorarlo vamos varias varios vea vean vemos ver vera veremos vernos version vez
via viable vista visto volver vuelta vuelva vuelvan y ya
"""
