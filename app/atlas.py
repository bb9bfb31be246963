"""Where countries stand on a map, and the one projection of all maps.

One row per ISO 3166 code (and XK), our own compilation.

Latitude and longitude are those of the country's main part, moved by hand where its middle falls badly (the United
States without Alaska, New Zealand on the North Island). ``west`` and ``east`` are where the main part begins and ends
on that latitude, so that a label can stand off the coast instead of on the land.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """One country: its ISO codes, where its disc stands and how far its main part reaches there (degrees)."""

    alpha2: str
    alpha3: str
    lat: float
    lon: float
    west: float
    east: float


def natural_earth(lat: float, lon: float, middle: float) -> tuple[float, float]:
    """A place (degrees) on the natural earth projection, by Patterson's polynomial: x to the right and y up, in radii.

    ``middle`` is the meridian in the middle of the map.
    """
    f = math.radians(lat)
    return math.radians((lon - middle + 180) % 360 - 180) * natural_earth_width(f), natural_earth_height(f)


def natural_earth_width(f: float) -> float:
    """How long a radian of longitude is at a latitude (radians)."""
    f2 = f * f
    f4 = f2 * f2
    return 0.8707 - 0.131979 * f2 + f4 * (-0.013791 + f4 * (0.003971 * f2 - 0.001529 * f4))


def natural_earth_height(f: float) -> float:
    """How far a latitude (radians) is from the equator."""
    f2 = f * f
    f4 = f2 * f2
    return f * (1.007226 + f2 * (0.015085 + f4 * (-0.044475 + 0.028874 * f2 - 0.005916 * f4)))


def _country(row: str) -> Country:
    alpha2, alpha3, lat, lon, west, east = row.split()
    return Country(alpha2, alpha3, float(lat), float(lon), float(west), float(east))


_ROWS = """
AD AND 42.5 1.6 1.4 1.7
AE ARE 23.9 54.3 51.8 55.5
AF AFG 33.8 66.0 60.5 69.9
AG ATG 17.1 -61.8 -61.9 -61.7
AI AIA 18.2 -63.1 -63.1 -63.0
AL ALB 41.1 20.0 19.5 20.6
AM ARM 40.3 44.9 43.7 45.8
AO AGO -12.3 17.6 13.6 24.0
AQ ATA -77.0 20.0 20.0 20.0
AR ARG -35.2 -65.2 -70.4 -57.3
AS ASM -14.3 -170.7 -170.8 -170.7
AT AUT 47.6 14.1 11.7 16.7
AU AUS -25.6 134.4 114.0 152.9
AW ABW 12.5 -70.0 -70.0 -69.9
AX ALA 60.2 19.9 19.7 20.2
AZ AZE 40.3 47.7 45.7 50.3
BA BIH 44.2 17.8 16.3 19.4
BB BRB 13.2 -59.6 -59.6 -59.5
BD BGD 23.9 90.2 88.7 91.2
BE BEL 50.6 4.6 3.2 6.1
BF BFA 12.3 -1.8 -4.5 2.1
BG BGR 42.8 25.2 22.4 27.9
BH BHR 26.0 50.5 50.5 50.6
BI BDI -3.4 29.9 29.2 30.6
BJ BEN 9.6 2.3 1.4 3.3
BL BLM 17.9 -62.8 -62.9 -62.8
BM BMU 32.3 -64.7 -64.8 -64.7
BN BRN 4.5 114.6 114.2 114.8
BO BOL -16.7 -64.7 -69.1 -58.5
BQ BES 12.2 -68.3 -68.3 -68.3
BR BRA -10.8 -53.1 -70.7 -36.9
BS BHS 24.7 -78.0 -78.3 -77.7
BT BTN 27.4 90.4 88.9 92.0
BV BVT -54.4 3.4 3.4 3.4
BW BWA -22.2 23.8 20.0 29.4
BY BLR 53.5 28.0 23.6 32.5
BZ BLZ 17.2 -88.7 -89.2 -88.3
CA CAN 56.0 -106.0 -130.0 -61.0
CC CCK -12.2 96.8 96.8 96.8
CD COD -2.9 23.6 16.2 29.1
CF CAF 6.6 20.5 14.9 26.3
CG COG -0.8 15.2 14.4 17.5
CH CHE 46.8 8.2 6.4 10.4
CI CIV 7.6 -5.6 -8.2 -2.9
CK COK -21.2 -159.8 -159.8 -159.7
CL CHL -35.7 -71.3 -72.6 -70.4
CM CMR 5.7 12.7 8.9 14.6
CN CHN 36.6 103.8 75.9 121.1
CO COL 3.9 -73.1 -77.2 -67.7
CR CRI 10.0 -84.2 -85.7 -83.0
CU CUB 21.6 -78.9 -79.5 -77.2
CV CPV 15.1 -23.6 -23.8 -23.5
CW CUW 12.2 -69.0 -69.0 -68.9
CX CXR -10.5 105.7 105.7 105.7
CY CYP 34.9 33.0 32.3 33.6
CZ CZE 49.7 15.3 12.4 18.6
DE DEU 51.1 10.4 6.0 15.0
DJ DJI 11.7 42.6 41.8 42.8
DK DNK 56.2 9.4 8.1 10.7
DM DMA 15.4 -61.4 -61.4 -61.3
DO DOM 18.9 -70.5 -71.8 -68.7
DZ DZA 28.2 2.6 -8.7 9.8
EC ECU -1.4 -78.4 -80.8 -75.5
EE EST 58.7 25.8 23.5 27.4
EG EGY 26.5 29.9 25.0 34.1
EH ESH 24.2 -12.2 -13.2 -12.0
ER ERI 15.4 38.8 36.6 40.0
ES ESP 40.4 -3.6 -6.9 0.4
ET ETH 8.6 39.6 34.1 45.1
FI FIN 64.5 26.3 24.3 30.0
FJ FJI -17.8 178.0 177.3 178.7
FK FLK -51.7 -58.8 -59.2 -58.0
FM FSM 6.9 158.2 158.1 158.3
FO FRO 62.2 -6.9 -7.1 -6.6
FR FRA 46.6 2.5 -1.6 6.5
GA GAB -0.6 11.8 8.7 14.5
GB GBR 53.9 -2.5 -3.0 -0.2
GD GRD 12.1 -61.7 -61.8 -61.6
GE GEO 42.2 43.5 41.7 45.7
GF GUF 4.0 -53.0 -54.4 -51.8
GG GGY 49.5 -2.6 -2.6 -2.5
GH GHA 8.0 -1.2 -2.8 0.6
GI GIB 36.1 -5.3 -5.3 -5.3
GL GRL 72.0 -40.0 -54.0 -22.0
GM GMB 13.4 -15.4 -16.7 -13.8
GN GIN 10.4 -10.9 -14.5 -8.2
GP GLP 16.2 -61.5 -61.5 -61.5
GQ GNQ 1.6 10.5 9.6 11.3
GR GRC 39.5 22.6 20.2 23.1
GS SGS -54.4 -36.7 -36.9 -36.2
GT GTM 15.7 -90.4 -92.0 -88.3
GU GUM 13.4 144.8 144.7 144.8
GW GNB 12.1 -14.9 -16.3 -13.8
GY GUY 4.8 -59.0 -60.0 -57.9
HK HKG 22.4 114.1 113.9 114.3
HM HMD -53.1 73.5 73.4 73.7
HN HND 14.8 -86.6 -89.2 -83.8
HR HRV 45.2 16.4 13.6 19.1
HT HTI 18.9 -72.5 -72.8 -71.8
HU HUN 47.2 19.4 16.4 21.8
ID IDN -1.0 114.0 109.3 117.0
IE IRL 53.2 -8.1 -9.0 -6.1
IL ISR 31.5 34.7 34.4 35.4
IM IMN 54.2 -4.5 -4.7 -4.4
IN IND 22.9 79.6 69.1 93.2
IO IOT -7.3 72.5 72.4 72.5
IQ IRQ 33.0 43.7 38.9 46.1
IR IRN 32.6 54.3 47.0 60.7
IS ISL 65.0 -18.6 -22.9 -13.8
IT ITA 43.5 12.1 10.3 13.6
JE JEY 49.2 -2.1 -2.2 -2.0
JM JAM 18.2 -77.3 -78.0 -76.3
JO JOR 31.2 36.8 35.4 37.2
JP JPN 36.7 138.0 136.6 140.7
KE KEN 0.6 37.8 34.1 41.0
KG KGZ 41.5 74.5 70.4 78.5
KH KHM 12.7 104.9 102.5 107.6
KI KIR 1.9 -157.4 -157.5 -157.3
KM COM -11.6 43.3 43.2 43.4
KN KNA 17.3 -62.7 -62.8 -62.7
KP PRK 40.2 127.2 124.4 128.6
KR KOR 36.5 127.9 126.5 129.4
KW KWT 29.3 47.6 46.7 48.1
KY CYM 19.3 -81.3 -81.4 -81.1
KZ KAZ 48.2 67.3 47.1 85.6
LA LAO 18.5 103.7 101.1 105.1
LB LBN 33.9 35.9 35.5 36.3
LC LCA 13.9 -61.0 -61.1 -60.9
LI LIE 47.1 9.5 9.5 9.6
LK LKA 7.6 80.7 79.8 81.7
LR LBR 6.4 -9.3 -10.8 -8.4
LS LSO -29.6 28.2 27.1 29.3
LT LTU 55.3 23.9 21.2 26.5
LU LUX 49.8 6.1 5.8 6.5
LV LVA 56.9 24.9 21.1 27.9
LY LBY 27.0 18.0 9.8 25.0
MA MAR 31.8 -7.0 -9.8 -2.0
MC MCO 43.8 7.4 7.4 7.4
MD MDA 47.2 28.5 27.8 29.5
ME MNE 42.8 19.2 18.5 20.2
MF MAF 18.1 -63.1 -63.1 -63.0
MG MDG -19.4 46.7 44.4 49.0
MH MHL 7.1 171.1 171.1 171.2
MK MKD 41.6 21.7 20.5 23.0
ML MLI 17.3 -3.5 -5.7 4.2
MM MMR 21.2 96.5 92.2 100.7
MN MNG 46.8 103.1 91.0 119.9
MO MAC 22.2 113.5 113.5 113.5
MP MNP 15.2 145.8 145.7 145.8
MQ MTQ 14.6 -61.0 -61.0 -61.0
MR MRT 20.3 -10.3 -16.2 -6.1
MS MSR 16.7 -62.2 -62.2 -62.2
MT MLT 35.9 14.4 14.3 14.5
MU MUS -20.3 57.6 57.4 57.8
MV MDV 4.2 73.5 73.5 73.5
MW MWI -13.2 34.3 33.0 34.5
MX MEX 23.9 -102.5 -110.9 -97.7
MY MYS 3.8 102.3 100.7 103.4
MZ MOZ -17.3 35.5 33.0 38.1
NA NAM -22.1 17.2 14.3 20.0
NC NCL -21.3 165.5 165.0 165.8
NE NER 17.4 9.4 4.2 15.5
NF NFK -29.1 167.9 167.9 168.0
NG NGA 9.6 8.1 3.3 13.2
NI NIC 12.8 -85.0 -87.6 -83.5
NL NLD 52.3 5.6 4.5 7.0
NO NOR 61.5 9.0 5.0 12.4
NP NPL 28.3 83.9 81.2 85.7
NR NRU -0.5 166.9 166.9 167.0
NU NIU -19.1 -169.9 -169.9 -169.8
NZ NZL -38.5 176.0 174.7 178.2
OM OMN 20.6 56.1 55.2 58.6
PA PAN 8.5 -80.1 -82.8 -77.5
PE PER -9.2 -74.4 -78.6 -73.0
PF PYF -17.7 -149.4 -149.6 -149.3
PG PNG -6.6 144.2 140.9 147.8
PH PHL 16.0 121.4 119.8 121.6
PK PAK 30.0 69.3 66.3 73.4
PL POL 52.1 19.4 14.7 23.5
PM SPM 46.9 -56.3 -56.3 -56.3
PN PCN -24.4 -128.3 -128.3 -128.3
PR PRI 18.2 -66.5 -67.2 -65.6
PS PSE 32.0 35.2 35.0 35.5
PT PRT 39.7 -8.0 -9.1 -7.5
PW PLW 7.5 134.6 134.5 134.6
PY PRY -23.2 -58.4 -61.7 -55.5
QA QAT 25.3 51.2 50.8 51.6
RE REU -21.1 55.5 55.5 55.5
RO ROU 45.9 25.0 20.6 28.1
RS SRB 44.2 20.8 19.4 22.7
RU RUS 61.0 95.0 30.0 160.0
RW RWA -2.0 29.9 29.1 30.8
SA SAU 24.1 44.5 38.0 51.6
SB SLB -9.6 160.2 159.7 160.6
SC SYC -4.7 55.5 55.4 55.5
SD SDN 16.0 29.9 24.0 36.8
SE SWE 62.8 16.7 12.1 18.2
SG SGP 1.4 103.8 103.7 104.0
SH SHN -16.0 -5.7 -5.8 -5.7
SI SVN 46.1 14.8 13.6 15.6
SJ SJM 78.5 16.0 16.0 16.0
SK SVK 48.7 19.5 17.0 22.3
SL SLE 8.6 -11.8 -12.9 -10.6
SM SMR 43.9 12.5 12.4 12.5
SN SEN 14.4 -14.5 -17.0 -12.2
SO SOM 4.7 45.7 43.3 48.1
SR SUR 4.1 -55.9 -58.1 -54.3
SS SSD 7.3 30.2 25.4 34.0
ST STP 0.2 6.6 6.5 6.7
SV SLV 13.7 -88.9 -90.1 -87.7
SX SXM 18.0 -63.1 -63.1 -63.0
SY SYR 35.0 38.5 35.9 41.2
SZ SWZ -26.6 31.5 30.8 32.1
TC TCA 21.8 -71.7 -71.8 -71.6
TD TCD 15.3 18.6 14.1 22.9
TF ATF -49.3 69.5 68.8 70.5
TG TGO 8.5 1.0 0.6 1.6
TH THA 15.1 101.0 98.2 105.5
TJ TJK 38.5 71.0 68.1 74.7
TK TKL -9.2 -171.8 -171.8 -171.8
TL TLS -8.8 125.9 125.1 126.6
TM TKM 39.1 59.4 53.7 63.9
TN TUN 34.1 9.5 7.5 10.0
TO TON -21.2 -175.2 -175.3 -175.1
TR TUR 39.0 35.4 26.8 44.2
TT TTO 10.4 -61.3 -61.5 -61.0
TV TUV -8.5 179.2 179.2 179.2
TW TWN 23.7 121.0 120.2 121.5
TZ TZA -6.3 34.8 29.5 38.9
UA UKR 49.2 31.3 22.7 40.0
UG UGA 1.3 32.4 30.5 34.8
UM UMI 19.3 166.6 166.6 166.6
US USA 39.5 -98.5 -123.8 -74.4
UY URY -32.8 -56.0 -58.1 -53.2
UZ UZB 41.8 63.1 56.0 70.5
VA VAT 41.9 12.4 12.4 12.4
VC VCT 13.3 -61.2 -61.3 -61.1
VE VEN 7.1 -66.2 -72.1 -60.3
VG VGB 18.4 -64.6 -64.6 -64.6
VI VIR 17.7 -64.8 -64.9 -64.7
VN VNM 16.7 107.0 106.6 107.5
VU VUT -15.2 166.9 166.6 167.2
WF WLF -14.3 -178.1 -178.2 -178.1
WS WSM -13.6 -172.4 -172.7 -172.2
XK XKX 42.6 20.9 20.9 20.9
YE YEM 15.9 47.5 42.8 52.2
YT MYT -12.8 45.2 45.2 45.2
ZA ZAF -29.0 25.2 16.7 31.7
ZM ZMB -13.5 27.8 22.0 32.9
ZW ZWE -19.0 29.9 26.0 32.7
"""

COUNTRIES: dict[str, Country] = {country.alpha2: country for country in map(_country, _ROWS.strip().splitlines())}
"""Every country by its alpha-2 code."""

BY_ALPHA3: dict[str, Country] = {country.alpha3: country for country in COUNTRIES.values()}
"""The same by alpha-3 code, which the map's shapes carry."""
