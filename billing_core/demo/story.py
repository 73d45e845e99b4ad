"""What happens in the demo agency, as small tables: Bymiljøetaten, November 2025 to October 2026, all of it made up."""

STAYING = 1160
"""Employees who are there all twelve months, numbered from 0."""

LEAVERS = (
    # deactivated on, how many, the last month of their licence (empty: nobody cancels it)
    ("2025-10-15", 4, "2026-01"),
    ("2025-12-31", 6, "2026-03"),
    ("2026-03-31", 5, ""),
    ("2026-05-15", 4, ""),
    ("2026-06-30", 8, ""),
    ("2026-08-01", 3, ""),
    ("2026-08-31", 6, ""),  # 61 days before the last day of October: billed
    ("2026-09-01", 2, ""),  # 60 days: billed from 1 November
    ("2026-09-04", 3, ""),
    ("2026-09-07", 2, ""),
    ("2026-09-15", 5, ""),
    ("2026-09-30", 4, ""),
    ("2026-10-15", 6, ""),
    ("2026-10-30", 3, ""),
    ("2026-10-31", 2, ""),
)
"""Until the spring licences are cancelled in time; then nobody does it, and the bill grows month by month."""

JOINERS = (("2026-01", 12), ("2026-02", 4), ("2026-04", 6), ("2026-08", 15), ("2026-10", 3))
"""The month they begin, and how many."""

BLOCKED = (5, "2026-08")
"""Accounts blocked without a date, and the first month in which they are."""

EXTRA_SKUS = (
    # SKU as the file spells it, the staying employees who hold it (from, up to), the first month
    ("Visio Plan 2", 0, 24, "2025-11"),
    ("PROJECTPROFESSIONAL", 24, 39, "2025-11"),
    ("POWER_BI_PRO", 39, 79, "2025-11"),
    ("Microsoft_365_Copilot", 200, 220, "2026-02"),
    ("Microsoft_365_Copilot", 220, 260, "2026-06"),
    ("GIS_FELTAPP", 300, 303, "2026-03"),  # known to no price list
    ("POWER BI (FREE)", 400, 580, "2025-11"),
    ("FLOW_FREE", 600, 665, "2025-11"),
)

OFFICE_E3 = range(100, 130)
"""Staying employees with Office 365 E3 in place of E1."""

MICROSOFT_E3 = range(130, 142)
"""Staying employees with Microsoft 365 E3 in place of both standard licences."""

SECONDARY = range(700, 714)
"""Staying employees who also have a secondary account."""

TWO_MAINS = range(720, 723)
"""Staying employees with two main accounts."""

OFF_PLATFORM = range(730, 736)

EXTERNALS = (("2025-11", 22), ("2026-05", 9))
"""The month they begin, and how many."""

THICK, THIN = range(1000), range(1000, 1120)
"""Staying employees with a thick and a thin client; the other 40 have none."""

EXTRA_CLIENTS = (
    # the staying employees with one more thick client (from, up to), established on, the first month
    (0, 45, "2024-03-11", "2025-11"),
    (0, 10, "2025-02-03", "2025-11"),
    (45, 63, "2026-02-10", "2026-02"),
)

UNASSIGNED = 48

SUPPORT = """\
count,established_on,licensed,first,last
12,2017-05-02,true,2025-11,2026-10
17,2019-09-16,false,2025-11,2026-10
1,2022-01-01,false,2025-11,2026-10
1,2022-01-02,false,2025-11,2026-10
6,2023-04-12,true,2025-11,2026-10
3,2024-10-01,false,2025-11,2026-10
1,2026-02-16,false,2026-02,2026-10
1,2026-06-08,false,2026-06,2026-10
2,,false,2025-11,2026-10
"""

LOCATIONS = 24
"""Fixed locations L01 to L24, an ordinary connection each, all established in 2018."""

CONNECTIONS = """\
connection_id,location_id,location_kind,connection_kind,established_on,moved_on,first,last
BYM-T25,BYM-L25,fixed,ordinary,2026-08-20,,2026-08,2026-10
BYM-T01R,BYM-L01,fixed,redundant,2026-03-05,,2026-03,2026-10
BYM-T02F,BYM-L02,fixed,dark_fibre,2021-06-14,,2025-11,2026-10
BYM-T03B,BYM-L03,fixed,ordinary,2024-02-19,,2025-11,2026-10
BYM-T90,BYM-RIGG-MAJORSTUEN,temporary,ordinary,2025-11-10,,2025-11,2026-06
BYM-T26,BYM-L26,fixed,ordinary,2018-04-01,2026-04-15,2025-11,2026-10
"""
"""A new location, a redundant line, a dark fibre, a second line, a site cabin that ended, and an office that moved."""

OPERATIONS = """\
system,kind,quantity,grows,service_level,disk,memory_gb,complexity,criticality,supplier_operated,unsupported,unsupported_cost_nok,first,last
Parkering,application,1,0,gold,,,high,high,true,true,18500,2025-11,2026-08
Parkering,application,1,0,gold,,,high,high,true,false,,2026-09,2026-10
Parkering,server,4,0,gold,,64,,,true,false,,2025-11,2026-10
Parkering,database,2,0,gold,,,,,true,false,,2025-11,2026-10
Parkering,storage,850,20,gold,ssd,,,,true,false,,2025-11,2026-10
Parkering,backup,850,20,gold,ssd,,,,true,false,,2025-11,2026-10
Skiltregister,application,1,0,silver,,,medium,low,true,false,,2025-11,2026-06
Skiltregister,application,1,0,silver,,,medium,low,true,true,,2026-07,2026-10
Skiltregister,server,1,0,silver,,16,,,true,false,,2025-11,2026-10
Skiltregister,database,1,0,silver,,,,,true,false,,2025-11,2026-10
Kartportal,application,1,0,silver,,,high,medium,true,false,,2025-11,2026-10
Kartportal,server,3,0,silver,,32,,,true,false,,2025-11,2026-10
Kartportal,storage,1200,150,silver,hdd,,,,true,false,,2025-11,2026-10
Kartportal,backup,1200,150,silver,hdd,,,,true,false,,2025-11,2026-10
Gatevedlikehold,application,1,0,bronze,,,low,low,true,false,,2025-11,2026-10
Gatevedlikehold,server,1,0,bronze,,8,,,true,false,,2025-11,2026-10
Trafikkdata,server,2,0,silver,,24,,,false,false,,2025-11,2026-10
Trafikkdata,database,1,0,bronze,,,,,false,false,,2025-11,2026-10
Badetemperatur,application,1,0,bronze,,,low,low,false,false,,2025-11,2026-10
"""
"""Parkering is upgraded in September; Skiltregister falls behind in July, its extra cost not yet known; the operations
supplier runs neither Trafikkdata nor Badetemperatur."""

SERVICES = """\
item,quantity,grows,unit_price_nok,price_kind,reference,first,last
contact.standard,5200,0,,,,2025-11,2026-10
contact.casework,1,0,,,Avtale om parkeringsklager,2025-11,2026-10
workplace.active_user,850,10,,,,2025-11,2026-10
invoice.standard,3100,0,,,,2025-11,2026-10
invoice.return_unmarked,6.5,0,,,,2025-12,2025-12
invoice.return_unmarked,4,0,,,,2026-05,2026-05
invoice.supplier_assistance,12.25,0,,,,2026-02,2026-02
invoice.archive_upload,8,0,,,,2026-09,2026-09
hr.integration,2,0,,,Timeføring og adgang,2025-11,2026-10
hr.competence_dialogue,,0,,,,2026-03,2026-10
hr.competence.setup,1,0,145000,agreed,Tilbud 2026-14,2026-03,2026-03
hr.competence.maintenance,1,0,,,,2026-03,2026-03
hr.role_gat.maintenance,1,0,,,,2026-01,2026-01
finance.integration,1,0,,,Parkering,2025-11,2026-10
finance.time_project.maintenance,1,0,,,,2026-01,2026-01
digital.platform,3,0,,,,2025-11,2026-10
digital.integration,2,0,,,Søknadsportal,2025-11,2026-10
digital.tools,1,0,,,,2025-11,2026-10
network.equipment,1,0,38640.5,agreed,Svitsj nye L26,2026-04,2026-04
network.equipment,1,0,27900,agreed,Svitsj L25,2026-08,2026-08
network.included_change,1,0,,,Avvikling Majorstuen,2026-06,2026-06
platform.printer,85,0,,,,2025-11,2026-10
platform.server_licence,9,0,,,,2025-11,2026-10
platform.database_licence,3,0,,,,2025-11,2026-10
platform.order.onsite,7.5,0,,,Flytting L26,2026-04,2026-04
platform.order.onsite,3,0,,,Møterom,2026-09,2026-09
platform.order.printer_setup,2,0,,,L25,2026-08,2026-08
platform.order.imaging,18,0,,,Nyansatte,2026-08,2026-08
platform.order.training,6,0,,,Copilot,2026-06,2026-06
platform.order.replacement,1,0,8490,agreed,Skjerm,2026-02,2026-02
platform.order.replacement,1,0,,,PC skadet i felt,2026-10,2026-10
platform.order.other,1,0,15000,estimate,Skanneløsning,2026-07,2026-07
apps.order,24,0,,,Feilretting Kartportal,2026-05,2026-05
apps.order_quote,1,0,64000,estimate,Oppgradering Parkering,2026-09,2026-09
cloud.app_operation,1,0,,,Sensordata,2026-05,2026-10
general.order,1,0,22000,agreed,Rapport om tilgang,2026-06,2026-06
general.order,-1,0,4000,agreed,Kreditering av rapport,2026-07,2026-07
general.order,1,0,,,Ny innloggingsside,2026-10,2026-10
"""

CLOUD = """\
provider,cost_nok,grows,first,last
azure,41250.4,1380.15,2025-11,2026-10
azure,-12500,0,2026-06,2026-06
aws,6120.75,95.5,2025-11,2026-10
gcp,2210.1,310,2026-05,2026-10
"""
"""The second row is a credit."""

DISPATCH = """\
channel,quantity,grows,first,last
svarut,6100,45,2025-11,2026-10
digital_mailbox,2400,60,2025-11,2026-10
signing,310,5,2025-11,2026-10
other,150,0,2025-11,2026-10
"""

DISPATCH_COSTS = """\
channel,cost_nok,grows,total_quantity,first,last
svarut,531900.55,3915,61000,2025-11,2026-10
digital_mailbox,98640.3,1410,42000,2025-11,2026-10
signing,12480.75,110,6700,2025-11,2026-10
"""
"""What the whole municipality was charged. No cost is known for the channel `other`."""

BROKEN = {
    "licences": (
        {"bruker": "bym100010", "ansatt": "100010", "brukertype": "hoved", "lisens": "E1"},
        {"bruker": "bym200001", "brukertype": "hoved", "lisens": "E1", "deaktivert dato": "31.02.2026"},
    ),
    "devices": ({"enhet": "BYM-PC-9001", "type": "bærbar", "ansatt": "100011"},),
    "connections": ({"tilknytning": "BYM-T99", "tilknytningstype": "ordinær", "lokasjonstype": "fast"},),
    "operations": (
        {"system": "Kartportal", "type": "lagring", "antall": "-50", "tjenestenivå": "silver"},
        {"system": "Parkering", "type": "sikkerhetskopi", "antall": "12,3456", "tjenestenivå": "gold"},
    ),
    "services": ({"tjeneste": "workplace.aktiv", "antall": "12"},),
}
"""Seven rows of October 2026 that cannot be read, by Norwegian heading: a key twice, a day that does not exist, an
unknown kind, a missing location, a negative quantity, too many decimals, an unknown item."""
