package format

import "slices"

// proseFloor is the narrowest that a column is made by cutting sentences.
const proseFloor = 24

// fit makes lines as short as a terminal. Sentences are cut at the end before
// columns go, the least important first; a name is never cut. Columns that never
// drop are kept even where they do not fit: a terminal that wraps is better than
// an answer that is missing.
func (l *layout) fit(limit int) {
	if l.lineWidth() <= limit {
		return
	}
	l.findShorter()
	kept := l.fitting(limit)
	for i := len(l.columns) - 1; i >= 0; i-- {
		switch {
		case kept[i]:
			continue
		case l.columns[i].Below:
			l.putBelow(i, limit)
		default:
			l.hidden = append(l.hidden, l.columns[i].Head)
		}
		l.drop(i)
	}
	slices.Reverse(l.hidden)
	if l.lineWidth() > limit {
		l.shorten()
		l.shrink(limit)
	}
	l.cut()
}

// findShorter asks for the shorter texts while every row has all of its cells.
func (l *layout) findShorter() {
	l.shorter = make([][]string, len(l.columns))
	for i, c := range l.columns {
		if c.Short == nil {
			continue
		}
		l.shorter[i] = make([]string, len(l.rows))
		for r, row := range l.rows {
			l.shorter[i][r] = c.Short(row, row[i].Text)
		}
	}
}

// shorten puts the shorter texts in place.
func (l *layout) shorten() {
	for i, texts := range l.shorter {
		for r, text := range texts {
			l.rows[r][i].Text = text
		}
	}
	l.measure()
}

// putBelow keeps the cells of a column for a line below each row; a sentence is cut there too.
func (l *layout) putBelow(i, limit int) {
	if l.below == nil {
		l.below = make([]string, len(l.rows))
	}
	for r, row := range l.rows {
		text := row[i].Text
		if row[i].Prose {
			text = cutTo(text, max(limit-l.indent-2*gap, proseFloor))
		}
		if l.below[r] != "" {
			text = l.below[r] + "  " + text
		}
		l.below[r] = text
	}
}

// fitting chooses the columns that stay: all, without the least important until the
// rest fits; then those come back for which a wide one has made room.
func (l *layout) fitting(limit int) []bool {
	kept, floors := make([]bool, len(l.columns)), make([]int, len(l.columns))
	var order []int
	for i, c := range l.columns {
		kept[i], floors[i] = true, l.floor(i)
		if c.Drop > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return l.columns[b].Drop - l.columns[a].Drop })
	least := func() int {
		sum := l.indent - gap
		for i, k := range kept {
			if k {
				sum += floors[i] + gap
			}
		}
		return sum
	}
	gone := 0
	for ; gone < len(order) && least() > limit; gone++ {
		kept[order[gone]] = false
	}
	for _, i := range slices.Backward(order[:gone]) {
		if kept[i] = true; least() > limit {
			kept[i] = false
		}
	}
	if !slices.Contains(kept, true) {
		kept[order[len(order)-1]] = true // a table without columns would be none
	}
	return kept
}

func (l *layout) lineWidth() int {
	sum := l.indent + gap*(len(l.widths)-1)
	for _, w := range l.widths {
		sum += w
	}
	return sum
}

// shrink narrows columns of sentences if that alone is enough, the widest first, so that
// two of them end as wide as each other.
func (l *layout) shrink(limit int) {
	narrower, floors := slices.Clone(l.widths), make([]int, len(l.widths))
	for i := range floors {
		floors[i] = l.floor(i)
	}
	for excess := l.lineWidth() - limit; excess > 0; excess-- {
		widest := -1
		for i, w := range narrower {
			if w > floors[i] && (widest < 0 || w > narrower[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		narrower[widest]--
	}
	l.widths = narrower
}

// floor is the width that column i needs for its header and its names.
func (l *layout) floor(i int) int {
	floor := 0
	if l.header {
		floor = width(l.columns[i].Head)
	}
	for r, row := range l.rows {
		w := width(row[i].Text)
		if l.shorter[i] != nil {
			w = width(l.shorter[i][r])
		}
		if row[i].Prose {
			w = min(w, proseFloor)
		}
		floor = max(floor, w)
	}
	return floor
}

// cut shortens the sentences that are wider than their column.
func (l *layout) cut() {
	for _, row := range l.rows {
		for i := range row {
			if row[i].Prose {
				row[i].Text = cutTo(row[i].Text, l.widths[i])
			}
		}
	}
}

// cutTo is a text that is cut where it is wider than that.
func cutTo(text string, limit int) string {
	if width(text) <= limit {
		return text
	}
	runes := []rune(text)
	return string(runes[:min(limit-1, len(runes))]) + "…"
}

func (l *layout) drop(i int) {
	l.columns = slices.Delete(slices.Clone(l.columns), i, i+1)
	l.widths = slices.Delete(l.widths, i, i+1)
	l.shorter = slices.Delete(l.shorter, i, i+1)
	for r := range l.rows {
		l.rows[r] = slices.Delete(l.rows[r], i, i+1)
	}
}
