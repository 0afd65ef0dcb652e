#include "compare/page.h"

#include "lib/html_escape.h"

/* Texts have a contrast of at least 4.5 to their ground, in light and in dark;
 * the two colours of the curves are told apart by the colour-blind. */
static const char style[] =
    ":root{color-scheme:light dark;--ground:#fff;--text:#1b1f24;"
    "--quiet:#57606a;--line:#d4d8dd;--one:#0072b2;--two:#b35900}\n"
    "@media (prefers-color-scheme:dark){:root{--ground:#14171a;"
    "--text:#e8eaed;--quiet:#a4acb5;--line:#3a4047;--one:#56b4e9;"
    "--two:#e69f00}}\n"
    "body{margin:0 auto;max-width:1120px;padding:16px 20px;"
    "background:var(--ground);color:var(--text);"
    "font:16px/1.5 system-ui,'Liberation Sans',sans-serif}\n"
    "h1{font-size:1.4rem}h2{font-size:1.15rem;overflow-wrap:anywhere}\n"
    "p{overflow-wrap:anywhere}\n"
    ".wide{overflow-x:auto}\n"
    "table{border-collapse:collapse;font-size:.92rem;"
    "font-variant-numeric:tabular-nums}\n"
    "th,td{padding:5px 14px 5px 0;text-align:left;white-space:nowrap;"
    "border-bottom:1px solid var(--line)}\n"
    "th{color:var(--quiet)}\n"
    "summary{cursor:pointer}details{margin:0 0 24px}\n"
    "svg{display:block;width:100%;height:auto;min-width:640px}\n"
    "svg text{fill:var(--text);font:13px system-ui,'Liberation Sans',"
    "sans-serif}\n"
    ".grid{stroke:var(--line)}\n"
    ".one,.two{fill:none;stroke-width:1.8;stroke:var(--one)}\n"
    ".two{stroke:var(--two)}\n"
    ".thin{stroke-dasharray:5 3}\n"
    ".mark{fill:var(--one)}\n"
    "@media print{details:not([open]){display:none}}\n";

void page_begin(const char *title, FILE *to)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" "
	      "content=\"default-src 'none'; style-src 'unsafe-inline'; "
	      "img-src data:\">\n<link rel=\"icon\" href=\"data:,\">\n<title>",
	    to);
	html_text(to, title);
	fprintf(to, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>",
	    style);
	html_text(to, title);
	fputs("</h1>\n", to);
}

static void element(const char *name, const char *text, FILE *to)
{
	fprintf(to, "<%s>", name);
	html_text(to, text);
	fprintf(to, "</%s>", name);
}

void page_heading(const char *text, FILE *to)
{
	element("h2", text, to);
	fputc('\n', to);
}

void page_line(const char *text, FILE *to)
{
	element("p", text, to);
	fputc('\n', to);
}

void page_table_begin(FILE *to)
{
	fputs("<details open><summary>Figures</summary>\n<div "
	      "class=\"wide\"><table>\n",
	    to);
}

void page_row(FILE *to, const char *name, size_t count,
    const char *const *cells)
{
	fputs("<tr>", to);
	for (size_t i = 0; i < count; i++)
		element(name, cells[i], to);
	fputs("</tr>\n", to);
}

void page_table_end(FILE *to)
{
	fputs("</table></div></details>\n", to);
}

void page_end(FILE *to)
{
	fputs("</body>\n</html>\n", to);
}
