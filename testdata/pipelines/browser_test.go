package pipelines

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// page is the HTML report of a world in a tab of a browser.
type page struct {
	ctx context.Context
	url string

	mutex sync.Mutex
	// requested are the URLs that the tab asked for, said what it wrote to its console.
	requested, said []string
}

// chromium is Debian's, started without a window once for the run; closeBrowser ends it.
var (
	closeBrowser = func() {}
	chromium     = sync.OnceValues(func() (context.Context, error) {
		dir, err := scratch()
		if err != nil {
			return nil, err
		}
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"), chromedp.UserDataDir(filepath.Join(dir, "chromium")))
		if os.Geteuid() == 0 { // its sandbox does not work for root
			options = append(options, chromedp.NoSandbox)
		}
		ctx, end := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, cancel := chromedp.NewContext(ctx)
		closeBrowser = func() { cancel(); end() }
		return ctx, chromedp.Do(ctx)
	})
)

// open opens a page in a tab of its own, after actions that set up the tab.
func open(t *testing.T, html string, before ...action) *page {
	t.Helper()
	needs(t, "chromium")
	browser, err := chromium()
	if err != nil {
		t.Fatalf("chromium: %v", err)
	}
	file := filepath.Join(t.TempDir(), "report.html")
	write(t, file, html)
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	p := &page{ctx: ctx, url: (&url.URL{Scheme: "file", Path: file}).String()}
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatal(err)
	}
	p.run(t, send(network.Enable, network.EnableParams{}), send(log.Enable, cdp.Empty{}))
	p.run(t, append(before, chromedp.Navigate(p.url))...)
	return p
}

// hear remembers what a page must not do.
func (p *page) hear(event any) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.requested = append(p.requested, e.Request.URL)
	case *runtime.EventConsoleAPICalled:
		p.said = append(p.said, string(e.Type))
	case *runtime.EventExceptionThrown:
		p.said = append(p.said, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		p.said = append(p.said, e.Entry.Text)
	}
}

// action is a step in a tab.
type action = chromedp.Action[chromedp.Void]

// send is a command of the browser's protocol as an action.
func send[P, R any](c cdp.Command[P, R], params P) action {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

func (p *page) run(t *testing.T, actions ...action) {
	t.Helper()
	ctx, cancel := p.soon()
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatalf("-o html (render/report.html.tmpl) in chromium: %v", err)
	}
}

// soon gives a tab a minute.
func (p *page) soon() (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, time.Minute)
}

// ask evaluates an expression in the page.
func ask[T any](t *testing.T, p *page, expression string) T {
	t.Helper()
	ctx, cancel := p.soon()
	defer cancel()
	answer, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("-o html (render/report.html.tmpl) in chromium: %v\n%s", err, expression)
	}
	return answer
}

// do evaluates an expression without a value.
func do(expression string) action { return chromedp.Evaluate[chromedp.Void](expression) }

// quiet fails where a page wrote to the console, or asked for anything but itself.
func (p *page) quiet(t *testing.T) {
	t.Helper()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(p.said) > 0 {
		t.Errorf("render/report.html.tmpl: the browser's console has %q", p.said)
	}
	if len(p.requested) != 1 || strings.Split(p.requested[0], "#")[0] != p.url {
		t.Errorf("render/report.html.tmpl: the page asked for %q, and may for nothing but itself, %s", p.requested, p.url)
	}
}

// shoot keeps a picture of the page in the folder that SHOTS names, where it does.
func (p *page) shoot(t *testing.T, name string) {
	t.Helper()
	if os.Getenv("SHOTS") == "" {
		return
	}
	picture, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(os.Getenv("SHOTS"), name+".png"), string(picture))
}

// What a tab can be told to be.
func scheme(name string) action {
	return send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}})
}

func withoutScript() action {
	return send(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}
