package render

func (t teller) decidedFields() []field[Line] {
	return []field[Line]{
		{Column: Column{Head: "NAMESPACE", Group: true, Drop: 1}, cell: words(namespaceText)},
		{Column: Column{Head: "WORKLOAD", Group: true}, cell: words(workloadText)},
		{Column: Column{Head: "PORT"}, cell: words(portText)},
		{Column: Column{Head: "SERVICE", Drop: 2}, cell: words(serviceText)},
		{Column: Column{Head: "MODE"}, cell: modeCell},
		{Column: Column{Head: "FIELD", Drop: 3}, cell: words(fieldText)},
		{Column: Column{Head: "AT", Drop: 4}, cell: words(t.decided)},
	}
}

var lostFields = []field[loss]{
	{Column: Column{Head: "NAMESPACE", Group: true, Drop: 1}, cell: words(func(l loss) string { return namespaceText(l.Line) })},
	{Column: Column{Head: "WORKLOAD", Group: true}, cell: words(func(l loss) string { return workloadText(l.Line) })},
	{Column: Column{Head: "PORT"}, cell: words(func(l loss) string { return portText(l.Line) })},
	{Column: Column{Head: "SAYS", Drop: 3}, cell: words(func(l loss) string { return l.shadow.Mode.String() })},
	{Column: Column{Head: "MODE"}, cell: func(l loss) Cell { return modeCell(l.Line) }},
	{Column: Column{Head: "BECAUSE", Drop: 2}, cell: func(l loss) Cell { return Cell{Text: l.shadow.Because, Prose: true} }},
}
