// Markers differ by shape as well as colour: square, triangle, disc, ring; drawn at twice the size.
const SIZE = 44;
const SHAPES = {
  red: { colour: "red", draw: square },
  yellow: { colour: "yellow-fill", draw: triangle },
  green: { colour: "green", draw: disc },
  none: { colour: "none", draw: ring },
};
// States that are no lights: a ring with a dot, two bars, a tick.
const MARKS = {
  open: { colour: "brand", draw: target },
  paused: { colour: "yellow", draw: bars },
  done: { colour: "green", draw: disc },
  sensor: { colour: "ink", draw: mast },
  nest: { colour: "ink", draw: house },
  new: { colour: "brand", draw: star },
};
// How a patterned area is drawn over its colour, each tile this wide: plain, lines across, lines up, crosses.
const TILE = 16;
const PATTERNS = {
  both: [],
  sensor: [[[0, 8], [16, 8]]],
  nest: [[[8, 0], [8, 16]]],
  none: [[[0, 0], [16, 16]], [[16, 0], [0, 16]]],
};

export async function markerImages(token) {
  const named = (prefix, shapes) => Object.entries(shapes).map(([key, shape]) => [`${prefix}-${key}`, shape]);
  const patterns = Object.entries(PATTERNS).map(([key, lines]) => [`pattern-${key}`, drawn(TILE, 1.5, token("ink"), (pen) => {
    pen.globalAlpha = 0.55;
    for (const line of lines) {
      path(pen, line);
      pen.stroke();
    }
  })]);
  return [...named("light", SHAPES), ...named("mark", MARKS)].map(([name, { colour, draw }]) => [
    name, drawn(SIZE, 4, token(colour), (pen) => draw(pen, token("surface"))),
  ]).concat(patterns);
}

function drawn(size, width, colour, draw) {
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const pen = canvas.getContext("2d");
  pen.lineJoin = pen.lineCap = "round";
  pen.lineWidth = width;
  pen.fillStyle = pen.strokeStyle = colour;
  draw(pen);
  return pen.getImageData(0, 0, size, size);
}

function path(pen, points) {
  pen.beginPath();
  points.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
}

function square(pen, paper) {
  pen.fillRect(6, 6, 32, 32);
  pen.strokeStyle = paper;
  path(pen, [[15, 15], [29, 29]]);
  pen.stroke();
  path(pen, [[29, 15], [15, 29]]);
  pen.stroke();
}

function triangle(pen) {
  path(pen, [[22, 5], [41, 38], [3, 38]]);
  pen.closePath();
  pen.fill();
  pen.strokeStyle = "#3a2600";
  path(pen, [[22, 17], [22, 26]]);
  pen.stroke();
  path(pen, [[22, 32], [22, 32.1]]);
  pen.stroke();
}

function disc(pen, paper) {
  pen.beginPath();
  pen.arc(22, 22, 17, 0, 2 * Math.PI);
  pen.fill();
  pen.strokeStyle = paper;
  path(pen, [[14, 22], [20, 28], [30, 16]]);
  pen.stroke();
}

function ring(pen, paper) {
  pen.beginPath();
  pen.arc(22, 22, 14, 0, 2 * Math.PI);
  pen.fillStyle = paper;
  pen.fill();
  pen.stroke();
}

function target(pen, paper) {
  ring(pen, paper);
  pen.fillStyle = pen.strokeStyle;
  pen.beginPath();
  pen.arc(22, 22, 6, 0, 2 * Math.PI);
  pen.fill();
}

function bars(pen, paper) {
  pen.fillStyle = paper;
  pen.fillRect(5, 5, 34, 34);
  pen.strokeRect(5, 5, 34, 34);
  path(pen, [[17, 14], [17, 30]]);
  pen.stroke();
  path(pen, [[27, 14], [27, 30]]);
  pen.stroke();
}

/** An outline of paper around a filled shape, so that it stands out on any ground. */
function filled(pen, paper, points) {
  path(pen, points);
  pen.closePath();
  pen.fill();
  pen.strokeStyle = paper;
  pen.lineWidth = 3;
  pen.stroke();
}

function mast(pen, paper) {
  filled(pen, paper, [[22, 6], [38, 38], [6, 38]]);
}

function house(pen, paper) {
  filled(pen, paper, [[22, 5], [38, 18], [38, 38], [6, 38], [6, 18]]);
}

function star(pen, paper) {
  filled(pen, paper, [[22, 2], [28, 16], [42, 22], [28, 28], [22, 42], [16, 28], [2, 22], [16, 16]]);
}
