// What is wrong with the page as it stands, in sentences: names, labels, contrast (WCAG 2.2: 1.4.3), targets, overflow.
() => {
  const flaws = [];
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const told = (one) => `<${one.tagName.toLowerCase()} id="${one.id}" class="${one.className}"> ${one.textContent.trim().slice(0, 40)}`;
  const words = (ids) => (ids ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim();
  const named = (one) => one.ariaLabel || words(one.getAttribute("aria-labelledby"));

  for (const one of document.querySelectorAll("input, textarea, select, meter, progress")) {
    if (seen(one) && !named(one) && ![...(one.labels ?? [])].some((label) => label.textContent.trim())) flaws.push(`no label: ${told(one)}`);
  }
  for (const one of document.querySelectorAll("button, a, summary, video, [role=button]")) {
    if (seen(one) && !named(one) && !one.textContent.trim()) flaws.push(`no name: ${told(one)}`);
  }
  for (const one of document.querySelectorAll("img")) if (one.getAttribute("alt") === null) flaws.push(`no alt: ${told(one)}`);
  for (const one of document.querySelectorAll("fieldset")) if (!one.querySelector(":scope > legend")) flaws.push(`no legend: ${told(one)}`);
  for (const one of document.querySelectorAll("[tabindex]")) if (one.tabIndex > 0) flaws.push(`tab order: ${told(one)}`);
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) flaws.push(`twice: #${id}`);
  if (document.querySelectorAll("h1").length !== 1) flaws.push("not one h1");
  if (!document.documentElement.lang || !document.title) flaws.push("no language or title");
  if (document.documentElement.scrollWidth > innerWidth) flaws.push(`wider than the screen: ${document.documentElement.scrollWidth}`);
  for (const one of document.querySelectorAll("[style], [onclick], [onload], [onsubmit], script:not([src])")) flaws.push(`inline: ${told(one)}`);

  for (const one of document.querySelectorAll("button, summary, .choice, .more, .plainly, .act, .field input, textarea")) {
    const { height, width } = one.getBoundingClientRect();
    if (seen(one) && (height < 43.5 || width < 43.5)) flaws.push(`small, ${Math.round(width)}x${Math.round(height)}: ${told(one)}`);
  }

  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const parsed = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, below) => below.map((value, at) => (at === 3 ? 1 : top[at] * top[3] + value * (1 - top[3])));
  const behind = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) {
      layers.push(parsed(getComputedStyle(at).backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const light = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (ink, ground) => {
    const [more, less] = [light(over(ink, ground)), light(ground)].sort((a, b) => b - a);
    return (more + 0.05) / (less + 0.05);
  };
  let texts = 0;
  const check = (one, style, what) => {
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const found = contrast(parsed(style.color), behind(one));
    texts += 1;
    if (found < (large ? 3 : 4.5)) flaws.push(`contrast ${found.toFixed(2)}${what}: ${told(one)}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const one = text.parentElement;
    if (!text.data.trim() || !seen(one) || one.closest("[aria-hidden=true], [aria-busy=true], video, noscript, option")) continue;
    check(one, getComputedStyle(one), "");
  }
  for (const one of document.querySelectorAll("[placeholder]")) if (seen(one)) check(one, getComputedStyle(one, "::placeholder"), " of the placeholder");
  if (texts < 5) flaws.push(`only ${texts} texts were looked at`);
  return flaws;
}
