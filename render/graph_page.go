package render

import "github.com/mtlsctl/mtlsctl/render/wire"

// mostOnPage is how many calls of each verdict a page has of an edge.
const mostOnPage = 3

// PageData implements format.Drawn: the first calls of each edge, and no others.
func (v Graph) PageData() any {
	page := *v.Graph
	page.Elements.Edges, page.Calls = nil, []wire.GraphCall{}
	numbers := map[int]int{}
	for i := range v.Elements.Edges {
		edge := v.Elements.Edges[i]
		calls := edge.Data.Calls
		edge.Data.Calls = []wire.GraphEdgeCall{}
		kept := map[string]int{}
		for _, c := range calls {
			verdict := v.Calls[c.Call-1].Verdict
			if kept[verdict] == mostOnPage {
				edge.Data.More++
				continue
			}
			kept[verdict]++
			if numbers[c.Call] == 0 {
				page.Calls = append(page.Calls, v.Calls[c.Call-1])
				numbers[c.Call] = len(page.Calls)
			}
			c.Call = numbers[c.Call]
			edge.Data.Calls = append(edge.Data.Calls, c)
		}
		page.Elements.Edges = append(page.Elements.Edges, edge)
	}
	if page.Elements.Edges == nil {
		page.Elements.Edges = []wire.GraphEdgeElement{}
	}
	return &page
}
