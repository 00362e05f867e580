"""Looks for what would keep somebody from using a page: names, contrast, sizes, order. Faults are words; none is good."""

SCRIPT = r"""
() => {
  const faults = [];
  const seen = node => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0;
  const open = document.querySelector('dialog[open]');
  const root = open || document.body;
  const nodes = [...root.querySelectorAll('*')].filter(seen);
  const name = node => `${node.tagName.toLowerCase()}${node.id ? '#' + node.id : ''} '${node.textContent.trim().slice(0, 30)}'`;

  // Ids and references.
  const ids = [...document.querySelectorAll('[id]')].map(node => node.id);
  for (const id of new Set(ids)) if (ids.filter(other => other === id).length > 1) faults.push(`two have the id ${id}`);
  for (const node of document.querySelectorAll('[aria-labelledby], [aria-describedby], [aria-controls]')) {
    for (const attribute of ['aria-labelledby', 'aria-describedby', 'aria-controls']) {
      for (const id of (node.getAttribute(attribute) || '').split(' ').filter(id => id)) {
        if (!document.getElementById(id)) faults.push(`${name(node)} refers to ${id}`);
      }
    }
  }
  if (!document.documentElement.lang) faults.push('the page has no language');
  if (!document.title) faults.push('the page has no title');
  if (document.querySelectorAll('main').length !== 1 || document.querySelectorAll('h1').length !== 1) faults.push('no single main and h1');
  for (const node of document.querySelectorAll('[tabindex]')) if (node.tabIndex > 0) faults.push(`${name(node)} changes the order`);

  // Headings go down step by step.
  let level = open ? 1 : 0;
  for (const heading of root.querySelectorAll('h1, h2, h3, h4')) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) faults.push(`${name(heading)} leaves a level out`);
    level = next;
  }

  // What is pressed is large enough (WCAG 2.5.8).
  for (const node of nodes.filter(node => node.matches('button, input, select, textarea, a[href], [tabindex="0"]'))) {
    const box = node.getBoundingClientRect();
    if (node.matches('.skip')) continue;
    if (box.width < 24 || box.height < 24) faults.push(`${name(node)} is ${Math.round(box.width)}x${Math.round(box.height)}`);
  }

  // Contrast of text (WCAG 1.4.3), and of the borders of fields (1.4.11).
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const color = text => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, back) => [0, 1, 2].map(i => top[i] * top[3] + back[i] * (1 - top[3])).concat(1);
  const back = node => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const layer = color(getComputedStyle(at).backgroundColor);
      layers.unshift(layer);
      if (layer[3] === 1) break;
    }
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const light = rgb => {
    const [r, g, b] = rgb.slice(0, 3).map(value => value / 255).map(value => value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const contrast = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + .05) / (low + .05);
  };
  for (const node of nodes) {
    const style = getComputedStyle(node);
    const isText = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (isText && !node.closest(':disabled') && !node.matches('.hidden, .hidden *, .skip, thead *, h1')) {
      const ratio = contrast(over(color(style.color), back(node)), back(node));
      const isLarge = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.6 && style.fontWeight >= 700;
      if (ratio < (isLarge ? 3 : 4.5)) faults.push(`${name(node)} has a contrast of ${ratio.toFixed(2)}`);
    }
    if (node.matches('input, select, textarea')) {
      const ratio = contrast(over(color(style.borderTopColor), back(node.parentElement)), back(node.parentElement));
      if (ratio < 3) faults.push(`the border of ${name(node)} has a contrast of ${ratio.toFixed(2)}`);
    }
  }
  for (const dot of nodes.filter(node => node.matches('.dot, .states i'))) {
    const ratio = contrast(color(getComputedStyle(dot).backgroundColor), back(dot.parentElement));
    if (ratio < 3) faults.push(`a dot has a contrast of ${ratio.toFixed(2)}`);
  }

  // Nothing runs out of the window.
  const wide = document.documentElement.scrollWidth;
  if (wide > window.innerWidth) {
    const beyond = nodes.filter(node => node.getBoundingClientRect().right > window.innerWidth + 1 && !node.closest('pre, .hidden'));
    faults.push(`the page is ${wide} wide in ${window.innerWidth}: ${beyond.slice(0, 3).map(name).join(', ')}`);
  }
  return faults;
}
"""

# Roles that mean nothing without a name.
NAMED = {"button", "textbox", "searchbox", "combobox", "spinbutton", "slider", "link", "dialog", "region", "group", "log",
         "image", "search", "table"}


def faults(page):
    found = page.evaluate(SCRIPT)
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    for node in session.send("Accessibility.getFullAXTree")["nodes"]:
        role = node.get("role", {}).get("value")
        named = node.get("name", {}).get("value", "").strip()
        if not node.get("ignored") and role in NAMED and not named and role not in ("search",):
            found.append(f"a {role} has no name: {node.get('backendDOMNodeId')} {node.get('properties', [])[:2]}")
    session.detach()
    return found
