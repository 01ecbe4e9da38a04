"""Owns what spreadsheets and web pages put on the clipboard, letter by letter."""

from __future__ import annotations

EXCEL = """<html xmlns:v="urn:schemas-microsoft-com:vml"
xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:x="urn:schemas-microsoft-com:office:excel"
xmlns="http://www.w3.org/TR/REC-html40">

<head>
<meta http-equiv=Content-Type content="text/html; charset=utf-8">
<meta name=ProgId content=Excel.Sheet>
<meta name=Generator content="Microsoft Excel 15">
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]-->
<style>
<!--table
\t{mso-displayed-decimal-separator:"\\.";
\tmso-displayed-thousand-separator:"\\,";}
tr
\t{mso-height-source:auto;}
.xl65
\t{mso-number-format:"\\#\\,\\#\\#0\\.00";}
-->
</style>
</head>

<body link="#0563C1" vlink="#954F72">

<table border=0 cellpadding=0 cellspacing=0 width=320 style='border-collapse:
 collapse;width:240pt'>
<!--StartFragment-->
 <col width=64 span=5 style='width:48pt'>
 <tr height=20 style='height:15.0pt'>
  <td height=20 width=64 style='height:15.0pt;width:48pt'>Name</td>
  <td colspan=2 width=128 style='mso-ignore:colspan;width:96pt'>Price &amp; tax</td>
  <td width=64>Note</td>
 </tr>
 <tr height=40 style='height:30.0pt'>
  <td rowspan=2 height=60 style='height:45.0pt'>Tea<span style='mso-spacerun:yes'>&nbsp; </span>green</td>
  <td align=right class=xl65>1,234.50</td>
  <td align=right>0.19</td>
  <td class=xl66 width=64>first<br>
    second</td>
 </tr>
 <tr height=20>
  <td class=xl65 align=right>(12.00)</td>
  <td></td>
  <td>&nbsp;</td>
 </tr>
<!--EndFragment-->
</table>

</body>

</html>
"""

EXCEL_TEXT = 'Name\tPrice & tax\t\tNote\r\nTea  green\t1,234.50\t0.19\t"first\nsecond"\r\n\t(12.00)\t\t \r\n'

CALC = """<!DOCTYPE html>
<html>
<head>
\t<meta http-equiv="content-type" content="text/html; charset=utf-8"/>
\t<title></title>
\t<meta name="generator" content="LibreOffice 24.2.7.2 (Linux)"/>
\t<style type="text/css">
\t\tbody,div,table,thead,tbody,tfoot,tr,th,td,p { font-family:"Liberation Sans"; font-size:x-small }
\t</style>
</head>
<body>
<table cellspacing="0" border="0">
\t<colgroup span="3" width="85"></colgroup>
\t<tr>
\t\t<td height="17" align="left">Tee</td>
\t\t<td align="right" sdval="1234.5" sdnum="1031;0;#.##0,00 [$€-407]">1.234,50 €</td>
\t\t<td align="right" sdval="45982" sdnum="1031;0;TT.MM.JJJJ">21.11.2025</td>
\t</tr>
\t<tr>
\t\t<td height="17" align="left">zwei<br>Zeilen</td>
\t\t<td align="right" sdval="0.125" sdnum="1031;0;0%">13%</td>
\t\t<td align="left"><br></td>
\t</tr>
</table>
</body>
</html>
"""

WEB = """<meta charset='utf-8'><p>Results</p><table class="wikitable"><caption>Rivers</caption>
<thead><tr><th>River</th><th>Length</th></tr></thead>
<tbody><tr><td><a href="/wiki/Nile">Nile</a><sup>[1]</sup></td><td>6,650 km</td></tr>
<tr><td><div>Rio</div><div>Grande</div></td><td><table><tr><td>3,051</td></tr></table></td></tr></tbody></table>
<table><tr><td>not this one</td></tr></table>"""
