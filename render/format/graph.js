"use strict";
(() => {
  const report = JSON.parse(document.getElementById("data").textContent), command = report.command;
  const byId = id => document.getElementById(id), make = (tag, text, cls) => {
    const e = document.createElement(tag);
    if (text !== undefined) e.textContent = text;
    if (cls) e.className = cls;
    return e;
  };
  const graph = report.graph, nodes = new Map(), groups = [], edges = graph.elements.edges.map(e => e.data);
  for (const { data } of graph.elements.nodes) {
    nodes.set(data.id, data);
    if (data.kind === "group") groups.push(data);
  }
  if (edges.length === 0) return;
  // What needs a look first comes first.
  const verdicts = ["broken", "plaintext", "unknown", "passthrough-tls", "mtls"], bases = ["observed", "declared", "possible"];
  // sign is the picture of a verdict: a closed lock, an open one, a cross, a question mark.
  const svg = "http://www.w3.org/2000/svg", sign = v => {
    const s = document.createElementNS(svg, "svg"), use = document.createElementNS(svg, "use");
    s.setAttribute("class", "sign");
    s.setAttribute("aria-hidden", "true");
    use.setAttribute("href", "#sign-" + v);
    s.append(use);
    return s;
  };
  const worded = (v, text, cls) => {
    const e = make("span", undefined, v + (cls ? " " + cls : ""));
    e.append(sign(v), " " + text);
    return e;
  };
  const pen = document.createElement("canvas").getContext("2d"), font = "Helvetica, Arial, sans-serif";
  pen.font = "11px " + font;
  const meanings = { broken: "the call fails", plaintext: "works, without encryption", unknown: "the input does not show it", "passthrough-tls": "TLS reaches the application undecrypted", mtls: "encrypted, both sides have an identity of the mesh" };
  const lines = { observed: "solid", declared: "dashed", possible: "dotted" };
  const modes = { STRICT: "mtls", PERMISSIVE: "plaintext", UNKNOWN: "plaintext", DISABLE: "broken", NONE: "broken" };
  const many = 150, firstOfList = 200;
  const collapsed = new Set(nodes.size - groups.length > many ? groups.map(g => g.id) : []);
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const inkOf = v => colour(v === "passthrough-tls" ? "passthrough" : v);
  const nameOf = n => {
    const where = n.cluster ? n.cluster + "/" + n.namespace : n.namespace;
    if (n.kind === "group" || n.kind === "namespace") return "namespace " + where;
    return n.kind === "host" || n.kind === "outside" ? n.label : n.label + "." + where;
  };
  const shownAs = id => {
    const n = nodes.get(id);
    return n.parent && collapsed.has(n.parent) ? n.parent : id;
  };
  const labelOf = n => {
    const text = [n.label];
    if (n.kind === "group") text.push("namespace");
    else if (n.kind !== "workload") text.push(n.kind);
    if (n.mode) text.push(n.mode);
    for (const p of (n.policies || []).slice(0, 2)) text.push("\u25C6 " + p.namespace + "/" + p.name);
    return text.join("\n");
  };
  // Plaintext that was seen is never shown as mTLS.
  const lookOf = e => e.verdict === "mtls" && e.evidence && e.evidence.plaintext.count > 0 ? "plaintext" : e.verdict;

  const checked = id => new Set([...document.querySelectorAll("#" + id + " input:checked")].map(c => c.value));
  const texts = new Map(edges.map(e => [e, (nameOf(nodes.get(e.source)) + " " + nameOf(nodes.get(e.target)) + " " + e.verdict).toLowerCase()]));
  const wanted = () => {
    const v = checked("verdicts"), b = checked("bases"), words = byId("search").value.toLowerCase().split(/\s+/);
    return edges.filter(e => v.has(e.verdict) && b.has(e.basis) && words.every(w => texts.get(e).includes(w)));
  };
  // merged are edges between what is shown: those of a collapsed namespace are one.
  const merged = list => {
    const all = new Map();
    for (const e of list) {
      const source = shownAs(e.source), target = shownAs(e.target), key = source + " " + target;
      if (!all.has(key)) all.set(key, { id: key, source, target, members: [] });
      all.get(key).members.push(e);
    }
    for (const m of all.values()) {
      m.members.sort((a, b) => verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict));
      m.verdict = m.members[0].verdict;
      m.look = verdicts.find(v => m.members.some(e => lookOf(e) === v));
      m.basis = bases.find(b => m.members.some(e => e.basis === b));
    }
    return [...all.values()];
  };

  const style = () => [
    { selector: "node", style: { label: "data(label)", "text-wrap": "wrap", "text-valign": "center", "font-size": 11, "font-family": font, color: colour("text"), "background-color": colour("card"), "border-width": 2, "border-color": colour("line"), shape: "round-rectangle", width: "data(wide)", height: "data(tall)", padding: 8 } },
    { selector: "node[look]", style: { "border-color": n => inkOf(n.data("look")) } },
    { selector: "node[kind='gateway'],node[kind='waypoint']", style: { shape: "hexagon", padding: 16 } },
    { selector: "node[kind='host'],node[kind='outside']", style: { shape: "ellipse", padding: 14 } },
    { selector: "node[kind='namespace'],node[kind='group']", style: { "border-style": "double", "border-width": 4 } },
    { selector: ":parent", style: { width: 10, height: 10, label: "data(name)", "text-valign": "top", "background-color": colour("frame"), "border-style": "dashed", "border-width": 1, "border-color": colour("faint"), shape: "round-rectangle", padding: 14 } },
    { selector: "edge", style: { width: 2, "curve-style": "bezier", "target-arrow-shape": "triangle", "line-color": e => inkOf(e.data("look")), "target-arrow-color": e => inkOf(e.data("look")), "line-style": e => lines[e.data("basis")] } },
    { selector: "edge[mark]", style: { label: "data(mark)", "font-size": 11, color: colour("text"), "text-background-color": colour("back"), "text-background-opacity": 1, "text-background-padding": 2 } },
    { selector: "edge[verdict='broken']", style: { "target-arrow-shape": "tee", width: 3 } },
    { selector: ":selected", style: { "overlay-opacity": .2, "overlay-color": colour("link") } },
  ];
  byId("board").hidden = byId("filters").hidden = byId("legend").hidden = byId("list").hidden = false;
  cytoscape.warnings(false);
  const cy = cytoscape({ container: byId("graph"), style: [], minZoom: .05, maxZoom: 4, textureOnViewport: edges.length > 1000, hideEdgesOnViewport: edges.length > 3000, pixelRatio: "auto" });
  const places = new Map();

  // layersOf are how many calls a node is away from the nearest that nobody calls: callers stand left.
  const layersOf = (shown, joined) => {
    const called = new Set(joined.filter(e => e.source !== e.target).map(e => e.target)), layers = new Map(), next = new Map();
    for (const e of joined) next.set(e.source, [...(next.get(e.source) || []), e.target]);
    let wave = shown.map(n => n.id).filter(id => !called.has(id));
    if (wave.length === 0) wave = shown.slice(0, 1).map(n => n.id);
    for (let at = 0; wave.length > 0; at++) {
      wave = wave.filter(id => !layers.has(id));
      for (const id of wave) layers.set(id, at);
      wave = [...new Set(wave.flatMap(id => next.get(id) || []))];
    }
    return id => layers.get(id) || 0;
  };
  // grid places frames beside each other, and in each the nodes in columns by layer: quick for any
  // size, and the same for the same graph.
  const grid = (shown, joined) => {
    const layer = layersOf(shown, joined), frames = new Map(), at = {};
    for (const n of shown) {
      const key = n.parent && !collapsed.has(n.parent) ? n.parent : "";
      if (!frames.has(key)) frames.set(key, []);
      frames.get(key).push(n);
    }
    const first = list => Math.min(...list.map(n => layer(n.id)));
    const ordered = [...frames.values()].sort((a, b) => first(a) - first(b));
    const width = Math.max(900, 300 * Math.sqrt(shown.length));
    let x = 0, y = 0, tallest = 0;
    for (const list of ordered) {
      list.sort((a, b) => layer(a.id) - layer(b.id));
      const rows = Math.max(2, Math.ceil(Math.sqrt(list.length))), columns = [];
      let last = -1;
      for (const n of list) {
        if (layer(n.id) !== last || columns.at(-1).length === rows) columns.push([]);
        columns.at(-1).push(n);
        last = layer(n.id);
      }
      const wide = columns.length * 230 + 60;
      if (x > 0 && x + wide > width) { x = 0; y += tallest + 90; tallest = 0; }
      columns.forEach((column, i) => column.forEach((n, j) => { at[n.id] = { x: x + i * 230, y: y + j * 95 + (i % 2) * 40 }; }));
      x += wide;
      tallest = Math.max(tallest, Math.max(...columns.map(c => c.length)) * 95 + 40);
    }
    return at;
  };

  let current = [];
  const draw = keep => {
    const list = wanted(), joined = merged(list), ids = new Set(joined.flatMap(e => [e.source, e.target]));
    const shown = [...ids].map(id => nodes.get(id)), frames = new Set(shown.map(n => n.parent).filter(p => p && !collapsed.has(p)));
    current = joined;
    if (keep) cy.nodes().forEach(n => { if (!n.isParent()) places.set(n.id(), { ...n.position() }); });
    const at = grid(shown, joined);
    const elements = [];
    for (const id of frames) elements.push({ group: "nodes", data: { id, kind: "group", name: nodes.get(id).label, label: "", wide: 10, tall: 10 }, grabbable: false });
    for (const n of shown) {
      const label = labelOf(n), rows = label.split("\n");
      const data = { id: n.id, kind: n.kind, name: n.label, label, tall: 14 * rows.length, wide: Math.max(...rows.map(r => pen.measureText(r).width)) };
      if (modes[n.mode]) data.look = modes[n.mode];
      if (frames.has(n.parent)) data.parent = n.parent;
      elements.push({ group: "nodes", data, position: { ...(keep && places.get(n.id) || at[n.id]) } });
    }
    for (const e of joined) {
      const data = { id: e.id, source: e.source, target: e.target, verdict: e.verdict, look: e.look, basis: e.basis };
      if (joined.length <= 300) data.mark = e.look + (e.members.length > 1 ? " " + e.members.length : "");
      elements.push({ group: "edges", data });
    }
    cy.batch(() => { cy.elements().remove(); cy.add(elements); });
    cy.style(style());
    if (!keep) cy.fit(undefined, 30);
    fillList(list);
    byId("shown").textContent = list.length + " of " + edges.length + " edges shown";
  };

  // The list is the same for those who cannot see the picture, or have no mouse.
  let listed = [], room = firstOfList;
  const fillList = list => {
    listed = [...list].sort((a, b) => verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict));
    const ul = byId("edges");
    ul.replaceChildren();
    for (const e of listed.slice(0, room)) {
      const li = make("li"), b = make("button");
      b.type = "button";
      b.append(worded(lookOf(e), e.verdict, "word"), " " + nameOf(nodes.get(e.source)) + " \u2192 " + nameOf(nodes.get(e.target)) + (e.seen ? ", " + e.seen : ", " + e.basis));
      b.addEventListener("click", () => { tell({ members: [e], source: e.source, target: e.target }); mark(shownAs(e.source) + " " + shownAs(e.target)); });
      li.append(b);
      ul.append(li);
    }
    byId("more").hidden = listed.length <= room;
  };
  const mark = id => {
    cy.elements().unselect();
    const e = cy.getElementById(id);
    if (e.nonempty()) { e.select(); cy.center(e); }
  };

  const place = p => p && p.file ? " (" + p.file + (p.line ? ":" + p.line : "") + ")" : "";
  const object = r => r ? r.kind + " " + (r.namespace ? r.namespace + "/" : "") + r.name : "";
  const plain = /^[A-Za-z0-9._:/-]+$/;
  const argument = (ref, edge) => {
    const c = graph.calls[ref.call - 1], s = make("section"), dl = make("dl");
    s.append(make("h3", c.to));
    const add = (term, text) => { if (text) dl.append(make("dt", term), make("dd", text)); };
    const result = make("dd");
    result.append(worded(c.verdict, c.verdict, "word"), c.verdictBecause ? ": " + c.verdictBecause : "");
    dl.append(make("dt", "result"), result);
    add("symptom", c.symptom);
    add("sends", c.sends + (c.sendsBecause ? ": " + c.sendsBecause : "") + place(c.position));
    add("rule", object(c.rule) + (c.rule && c.field ? ", " + c.field : ""));
    add("via", object(c.via));
    add("accepts", c.accepts + (c.acceptsBecause ? ": " + c.acceptsBecause : "") + place(c.acceptsPosition));
    add("policy", object(c.acceptsBy));
    add("denied by", c.deniedBy.map(object).join(", "));
    add("known", ref.basis + (ref.says ? ": " + ref.says : ""));
    s.append(dl);
    if (plain.test(ref.from) && plain.test(c.to)) {
      const p = make("p", "step by step: ");
      p.append(make("code", command + "--from " + ref.from + " --to " + c.to));
      s.append(p);
    }
    return s;
  };
  const tell = m => {
    const box = byId("detail");
    box.replaceChildren(make("h2", nameOf(nodes.get(m.source)) + " \u2192 " + nameOf(nodes.get(m.target))));
    for (const e of m.members.slice(0, 20)) {
      if (m.members.length > 1) box.append(make("h3", nameOf(nodes.get(e.source)) + " \u2192 " + nameOf(nodes.get(e.target)) + ": " + e.verdict));
      if (e.seen) box.append(make("p", "seen: " + e.seen));
      for (const ref of e.calls.slice(0, m.members.length > 1 ? 1 : 20)) box.append(argument(ref, e));
      const more = e.calls.length + e.more - Math.min(e.calls.length, m.members.length > 1 ? 1 : 20);
      if (more > 0) box.append(make("p", more + " more calls between them", "faint"));
    }
    if (m.members.length > 20) box.append(make("p", (m.members.length - 20) + " more edges: expand the namespace", "faint"));
    box.scrollTop = 0;
    if (matchMedia("(max-width: 60rem)").matches) box.scrollIntoView({ block: "nearest" });
  };
  const toggle = (id, on) => {
    if (on) collapsed.delete(id); else collapsed.add(id);
    const c = document.querySelector("#namespaces input[value='" + id + "']");
    if (c) c.checked = on;
    draw(false);
  };
  const tellNode = n => {
    const box = byId("detail"), dl = make("dl");
    box.replaceChildren(make("h2", nameOf(n)));
    const add = (term, text) => { if (text) dl.append(make("dt", term), make("dd", text)); };
    add("kind", n.kind === "group" ? "namespace" : n.kind);
    add("dataplane", n.dataplane);
    add("mode", n.mode);
    if (n.ports.ports > 0) add("ports", ["NONE", "DISABLE", "UNKNOWN", "PERMISSIVE", "TLS", "STRICT"].filter(m => n.ports[m] > 0).map(m => n.ports[m] + " " + m).join(", "));
    add("policies", n.policies.map(object).join(", "));
    box.append(dl);
    const group = n.kind === "group" ? n.id : n.parent;
    if (group) {
      const b = make("button", collapsed.has(group) ? "Expand namespace" : "Collapse namespace");
      b.type = "button";
      b.addEventListener("click", () => toggle(group, collapsed.has(group)));
      box.append(b);
    }
    box.scrollTop = 0;
  };

  const box = (id, value, text, known) => {
    const label = make("label"), c = make("input");
    c.type = "checkbox"; c.value = value; c.checked = true;
    label.append(c, " ", known ? worded(value, text) : text);
    byId(id).append(label);
    return c;
  };
  for (const v of verdicts) {
    const n = edges.filter(e => e.verdict === v).length;
    if (n > 0) box("verdicts", v, v + " (" + n + ")", true);
    const li = make("li");
    li.append(worded(v, v, "word"), ": " + meanings[v]);
    byId("signs").append(li);
  }
  for (const b of bases) {
    const n = edges.filter(e => e.basis === b).length;
    if (n > 0) box("bases", b, b + " (" + n + ")");
  }
  if (groups.length > 0) {
    byId("namespaces").hidden = false;
    for (const g of groups) {
      const label = make("label"), c = make("input");
      c.type = "checkbox"; c.value = g.id; c.checked = !collapsed.has(g.id);
      c.addEventListener("change", () => toggle(g.id, c.checked));
      label.append(c, " " + g.label);
      document.querySelector("#namespaces .groups").append(label);
    }
  }
  const all = on => {
    for (const g of groups) { if (on) collapsed.delete(g.id); else collapsed.add(g.id); }
    for (const c of document.querySelectorAll("#namespaces input")) c.checked = on;
    draw(false);
  };
  let waiting = 0;
  byId("filters").addEventListener("submit", e => e.preventDefault());
  byId("filters").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => draw(true), 120); });
  byId("expand").addEventListener("click", () => all(true));
  byId("collapse").addEventListener("click", () => all(false));
  const zoom = by => cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  byId("in").addEventListener("click", () => zoom(1.25));
  byId("out").addEventListener("click", () => zoom(.8));
  byId("fit").addEventListener("click", () => cy.fit(undefined, 30));
  byId("more").addEventListener("click", () => { room += firstOfList; fillList(listed); });
  byId("graph").addEventListener("keydown", e => {
    const moves = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    if (moves[e.key]) cy.panBy({ x: moves[e.key][0], y: moves[e.key][1] });
    else if (e.key === "+" || e.key === "=") zoom(1.25);
    else if (e.key === "-") zoom(.8);
    else if (e.key === "0") cy.fit(undefined, 30);
    else return;
    e.preventDefault();
  });
  cy.on("tap", "edge", e => tell(current.find(m => m.id === e.target.id())));
  cy.on("tap", "node", e => tellNode(nodes.get(e.target.id())));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => cy.style(style()));
  byId("detail").append(make("p", "Choose an edge, here or in the list, for its reason with file and line; a namespace to expand it.", "faint"));
  draw(false);
  // For tests of the page: what is drawn.
  window.mtlsctl = { cy, drawn: () => ({ nodes: cy.nodes().length, edges: cy.edges().length }) };
})();
