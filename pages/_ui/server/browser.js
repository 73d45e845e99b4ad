// The page's language, its numbers, the way back, and Streamlit's own English words in Norwegian.
//
// Streamlit has no setting for either. The address says the language (`lang=en`, else Norwegian); words are exchanged
// where Streamlit itself wrote them, never in what a page or a user's file says.
"use strict";
(() => {
  const WORDS = {
    "Skip to main content": "Hopp til hovedinnholdet",
    "Sidebar": "Sidestolpe",
    "App pages": "Sidene",
    "Collapse sidebar": "Skjul sidestolpen",
    "Expand sidebar": "Vis sidestolpen",
    "Navigate to home page": "Gå til startsiden",
    "Main menu": "Hovedmeny",
    "Settings": "Innstillinger",
    "Theme": "Tema",
    "System": "Som maskinen",
    "Light": "Lyst",
    "Dark": "Mørkt",
    "Print": "Skriv ut",
    "Rerun": "Kjør på nytt",
    "Notifications": "Varsler",
    "Running...": "Arbeider …",
    "RUNNING...": "ARBEIDER …",
    "Stop": "Stopp",
    "Connecting": "Kobler til",
    "CONNECTING": "KOBLER TIL",
    "Connecting...": "Kobler til …",
    "Connection error": "Ingen forbindelse",
    "Connection timed out.": "Forbindelsen tok for lang tid.",
    "Network Error": "Nettverksfeil",
    "Streamlit server is not responding. Are you connected to the internet?":
      "Tjeneren svarer ikke. Er du koblet til nettet?",
    "Page not found": "Siden finnes ikke",
    "The page that you have requested does not seem to exist. Running the app's main page.":
      "Siden du ba om, finnes ikke. Du ser startsiden i stedet.",
    "An error occurred": "Noe gikk galt",
    "Close": "Lukk",
    "Dismiss": "Lukk",
    "Cancel": "Avbryt",
    "Copy": "Kopier",
    "Copy to clipboard": "Kopier til utklippstavlen",
    "Link to heading": "Lenke til overskriften",
    "Open": "Åpne",
    "Choose an option": "Velg",
    "Choose options": "Velg",
    "Select...": "Velg …",
    "Select all": "Velg alle",
    "No results": "Ingen treff",
    "No options to select": "Ingenting å velge",
    "No data": "Ingen data",
    "No content": "Ikke noe innhold",
    "empty": "tom",
    "Empty": "Tom",
    "Clear value": "Tøm",
    "Clear all": "Tøm alle",
    "Clear selection": "Opphev valget",
    "Press Enter to apply": "Trykk Enter for å bruke",
    "Press Enter to submit form": "Trykk Enter for å sende",
    "Upload": "Last opp",
    "Browse files": "Velg filer",
    "Drag and drop file here": "Slipp filen her",
    "Drag and drop files here": "Slipp filene her",
    "file upload": "opplasting av filer",
    "Add files": "Legg til filer",
    "add icon": "legg til",
    "info icon": "informasjon",
    "Error:": "Feil:",
    "Too many files": "For mange filer",
    "Only one file is allowed.": "Bare én fil er tillatt.",
    "Search": "Søk",
    "Close Search": "Lukk søket",
    "Next Result": "Neste treff",
    "Previous Result": "Forrige treff",
    "Fullscreen": "Fullskjerm",
    "Close fullscreen": "Lukk fullskjerm",
    "Toggle fullscreen": "Fullskjerm av og på",
    "Show/hide columns": "Vis eller skjul kolonner",
    "Download as CSV": "Last ned som CSV",
    "Download as PNG": "Last ned som PNG",
    "Add row": "Legg til rad",
    "Delete row(s)": "Slett rader",
    "Dataframe column menu": "Kolonnemeny",
    "Sort ascending": "Sorter stigende",
    "Sort descending": "Sorter synkende",
    "Remove sorting": "Fjern sorteringen",
    "Statistics": "Statistikk",
    "Format": "Format",
    "Autosize": "Tilpass bredden",
    "Pin column": "Fest kolonnen",
    "Unpin column": "Løsne kolonnen",
    "Hide column": "Skjul kolonnen",
    "Copy column name": "Kopier kolonnenavnet",
    "Distinct": "Ulike verdier",
    "Count": "Antall",
    "Values": "Verdier",
    "Increment value": "Øk verdien",
    "Decrement value": "Senk verdien",
  };
  const PATTERNS = [
    [/^Help for (.*)$/s, "Hjelp til $1"],
    [/^Remove (.*)$/s, "Fjern $1"],
    [/^Clear (.*)$/s, "Tøm $1"],
    [/^Show\/hide columns: (.*)$/s, "Vis eller skjul kolonner: $1"],
    [/^Download as CSV: (.*)$/s, "Last ned som CSV: $1"],
    [/^Search: (.*)$/s, "Søk: $1"],
    [/^Fullscreen: (.*)$/s, "Fullskjerm: $1"],
    [/^Close fullscreen: (.*)$/s, "Lukk fullskjerm: $1"],
    [/^(\d+) options? available\.$/, "$1 valg"],
    [/^(\d+) options? available\. (.*)$/s, "$1 valg. $2"],
    [/^option (.*), selected\.$/s, "$1, valgt."],
    [/^(\S+) per file$/, "høyst $1 per fil"],
    [/^Limit (\S+) per file$/, "Høyst $1 per fil"],
    [/^(\S+) files are not allowed\.$/, "Filer av typen $1 kan ikke leses."],
    [/^File must be (\S+) or smaller\.$/, "Filen kan være på høyst $1."],
    [/^Showing page (\d+) of (\d+)$/, "Side $1 av $2"],
  ];
  const ATTRIBUTES = ["aria-label", "title", "placeholder", "aria-description", "aria-valuetext"];
  // What pages and files say: words there are never exchanged.
  const THEIRS = '[data-testid="stMarkdownContainer"]:not([data-testid="stFileUploaderDropzone"] *), [data-testid="stFileUploaderFileName"], [role="gridcell"], svg, code, textarea';
  // What takes its name from a label, which is Markdown: it is heard without the signs that keep a file's text plain.
  const LABELLED = 'input, textarea, [role="radiogroup"], [role="group"], [data-testid="stTooltipIcon"] button';
  const unmarked = (text) => text.replace(/\\([!-/:-@[-`{-~])/g, "$1").replaceAll("\u2060", "");
  const before = new WeakMap();

  const norwegian = () => new URLSearchParams(location.search).get("lang") !== "en";

  // Numbers are written the Norwegian way in both languages, whatever the browser's own language is.
  const locale = () => (norwegian() ? "nb-NO" : "en-SE");
  Object.defineProperty(Navigator.prototype, "language", { get: locale });
  Object.defineProperty(Navigator.prototype, "languages", { get: () => [locale()] });

  // A list is found by what it shows, however a space is typed, and a month with or without the point of its short name.
  const SPACES = /[\u00a0\u2007\u2009\u202f]/g;
  const SHORT_MONTH = /^(jan|feb|mars?|apr|juni?|juli?|aug|sept?|o[kc]t|nov|de[sc])\./i;
  const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  addEventListener("input", ({ target }) => {
    if (target.role !== "combobox") return;
    const plain = target.value.replace(SPACES, " ").replace(SHORT_MONTH, "$1");
    if (plain !== target.value) write.call(target, plain);
  }, true);

  // A filter changed is no place to go back to: the browser's Back leads to the page before.
  const push = history.pushState;
  history.pushState = function (state, unused, url) {
    const here = new URL(url ?? "", location.href).pathname === location.pathname;
    (here ? history.replaceState : push).call(history, state, unused, url);
    // The address may be the last thing that changes: nothing on the page would tell of it.
    speak();
  };

  function told(text) {
    const bare = text.trim();
    if (bare in WORDS) return text.replace(bare, () => WORDS[bare]);
    for (const [pattern, words] of PATTERNS) if (pattern.test(bare)) return text.replace(bare, () => bare.replace(pattern, words));
    return text;
  }

  // `place` is a text node's "data" or an attribute's name; what stood there is kept to go back to English.
  function exchange(node, place, now, write) {
    const kept = before.get(node) ?? {};
    const said = place === "aria-label" && node.matches(LABELLED) ? unmarked(now) : now;
    const english = kept[place]?.norwegian === said ? kept[place].english : said;
    const wanted = norwegian() ? told(english) : english;
    if (wanted !== english) before.set(node, { ...kept, [place]: { english, norwegian: wanted } });
    if (wanted !== now) write(wanted);
  }

  // The menu's groups: Streamlit puts their headers among a list's items, where assistive technology finds no list,
  // and folds a group by the mouse alone. Here they are named groups of links, always open.
  function group(node) {
    if (node.dataset.testid === "stSidebarNavLinkContainer") node.closest("li")?.setAttribute("role", "none");
    if (node.dataset.testid !== "stNavSectionHeader") return;
    const [words, icon] = node.children;
    words.id = `menu-${words.textContent.trim().toLowerCase()}`;
    node.parentElement.setAttribute("role", "group");
    node.parentElement.setAttribute("aria-labelledby", words.id);
    node.closest("ul")?.setAttribute("role", "none");
    node.style.pointerEvents = "none";
    icon.style.display = "none";
  }

  // Whoever closes the tab is asked first where the menu says that something is not saved.
  addEventListener("beforeunload", (event) => {
    if (document.querySelector(".st-key-work_unsaved")) event.preventDefault();
  });

  function visit(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (!node.parentElement?.closest(THEIRS)) exchange(node, "data", node.data, (text) => (node.data = text));
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.dataset?.testid) group(node);
    for (const name of ATTRIBUTES)
      if (node.hasAttribute(name)) exchange(node, name, node.getAttribute(name), (text) => node.setAttribute(name, text));
    if (!["SCRIPT", "STYLE", "SVG"].includes(node.tagName)) node.childNodes.forEach(visit);
  }

  let language;
  function speak() {
    const now = norwegian() ? "nb" : "en";
    if (now === language) return;
    language = document.documentElement.lang = now;
    visit(document.body ?? document.documentElement);
  }

  new MutationObserver((changes) => {
    speak();
    for (const change of changes)
      if (change.type === "childList") change.addedNodes.forEach(visit);
      else if (change.type === "characterData") visit(change.target);
      else exchange(change.target, change.attributeName, change.target.getAttribute(change.attributeName) ?? "",
        (text) => change.target.setAttribute(change.attributeName, text));
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
  speak();
})();
