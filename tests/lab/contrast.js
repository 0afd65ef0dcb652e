// For page.py --eval: every text of the page, and those whose contrast to what lies behind them is below WCAG 2.1 AA
// (4.5 : 1; 3 : 1 from 24 px, or 18.66 px in bold).
(() => {
	const parse = colour => colour.match(/[\d.]+/g).map(Number);
	const luminance = ([r, g, b]) => {
		const linear = [r, g, b].map(c => c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
		return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
	};
	const over = ([r, g, b, a = 1], below) => [r, g, b].map((c, i) => c * a + below[i] * (1 - a));
	const ground = element => {
		const layers = [];
		for (let at = element; at; at = at.parentElement)
			layers.push(parse(getComputedStyle(at).backgroundColor));
		return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
	};
	const behind = text => {
		const tag = text.closest(".tags a");
		return tag ? parse(getComputedStyle(tag.querySelector("rect")).fill) : ground(text.ownerSVGElement ? text.ownerSVGElement.parentElement : text);
	};
	let texts = 0;
	const low = new Set();
	for (const element of document.querySelectorAll("body *")) {
		if (![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()) || element.tagName === "title")
			continue;
		const style = getComputedStyle(element);
		const colour = over(parse(element.ownerSVGElement ? style.fill : style.color), behind(element));
		const [dark, light] = [luminance(colour), luminance(behind(element))].sort((a, b) => a - b);
		const ratio = (light + 0.05) / (dark + 0.05), size = parseFloat(style.fontSize);
		const least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
		texts++;
		if (ratio < least)
			low.add(`${element.tagName}.${element.className.baseVal ?? element.className} ${ratio.toFixed(2)}: ${element.textContent.slice(0, 30)}`);
	}
	return { texts, low: [...low] };
})()
