"""What a made-up agency has and orders, as small tables."""

AGENCIES = (
    "BYM VAV PBE REG UDE FOB VEL SYE HEL EBY KUL BFE BRE GPE DEB BER BYA BYS INE KLI KRV MUM NAE RFT "
    "BAL BBJ BFR BGO BGR BGA BNA BNS BSA BSH BSR BSN BUN BVA BOS"
)
"""Agencies of a generated world, in this order; those beyond them are made up."""

REPLACED_SHARES = (0.04, 0.30, 0.06, 0.08, 0.03)
"""Accounts with Office 365 E3 in place of E1, agency after agency: every fifth is beyond a quarter (O365-8)."""

SKU_SHARES = {
    "POWER_BI_STANDARD": 0.18,
    "FLOW_FREE": 0.06,
    "POWER_BI_PRO": 0.04,
    "Microsoft_365_Copilot": 0.03,
    "VISIOCLIENT": 0.02,
    "PROJECTPROFESSIONAL": 0.015,
    "OWN_PRODUCT": 0.002,
}
"""Accounts that hold a SKU besides their office licence. The last is known to no price list."""

OPERATIONS = """\
kind,quantity,service_level,disk,memory_gb,complexity,criticality,supplier_operated,unsupported,unsupported_cost_nok
application,1,gold,,,high,high,true,false,
application,1,bronze,,,low,low,true,true,12500.50
application,1,silver,,,medium,low,false,false,
server,3,gold,,64,,,true,false,
server,2,silver,,16,,,false,false,
server,1,bronze,,8,,,true,true,
database,2,gold,,,,,true,false,
database,1,silver,,,,,false,false,
storage,1200,gold,ssd,,,,true,false,
storage,5400,bronze,hdd,,,,true,false,
backup,6600,silver,hdd,,,,true,false,
"""
"""One system's rows; storage and backup grow."""

SERVICES = """\
item,each,base,every,unit_price_nok,price_kind,reference
contact.standard,4,20,1,,,
contact.casework,0,1,1,,,
workplace.active_user,0.7,1,1,,,
invoice.standard,2.5,10,1,,,
invoice.return_unmarked,0,3.5,2,,,
invoice.supplier_assistance,0,2,3,,,
invoice.other,0,1.25,4,,,
hr.integration,0,2,1,4200,,Avtale HR
hr.integration.setup,0,1,12,85000,estimate,Estimat HR
hr.competence_dialogue,,,1,,,
hr.competence.maintenance,0,1,12,,,
hr.role_gat.setup,0,1,12,,,
finance.integration,0,1,1,3900.50,,Avtale ØKO
finance.time_project.maintenance,0,1,12,,,
digital.platform,0,2,1,,,
digital.integration,0,1,1,9800,,Avtale DIG
digital.tools,0,1,1,,,
network.equipment,0,1,6,48990.90,,Innkjøp
network.included_change,0,1,6,,,
platform.printer,0.06,1,1,,,
platform.server_licence,0,4,1,,,
platform.order.onsite,0,7.5,2,,,
platform.order.replacement,0,1,3,8490,,Ordre
platform.order.training,0,6,4,,,
platform.order.other,0,1,6,15000,estimate,Estimat
apps.order,0,12,2,,,
apps.order_quote,0,1,6,64000,,Tilbud
cloud.app_operation,0,1,1,,,
general.order,0,1,6,22000,,Bestilling
general.order,0,-1,12,2000,,Kreditering
"""
"""What an agency has or orders: `each` an employee plus `base`, every so many months."""

DISPATCH = {"svarut": (1.5, 900), "digital_mailbox": (0.6, 240), "signing": (0.1, 190), "other": (0.05, None)}
"""Dispatches an employee by channel, and the external cost of one in øre; none is given for the last."""

CLOUD = {"aws": 12, "azure": 30, "gcp": 5}
"""Cloud cost an employee in kroner by provider."""
