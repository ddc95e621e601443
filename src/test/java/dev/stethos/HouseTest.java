package dev.stethos;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The house's floors: a package uses only packages on lower floors, and each native or wire
/// library has one door.
class HouseTest {
    private static final List<Set<String>> FLOORS =
            List.of(
                    Set.of("weights", "torch", "stats", "web", "yaml"),
                    Set.of("gemma", "hub", "security"),
                    Set.of("inference", "edit"),
                    Set.of("serving", "traces"),
                    Set.of("openai", "admin", "evaluation", "fleet"),
                    Set.of("lab", "tiny", "bench", "soak"),
                    Set.of("cli"));

    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.stethos");

    @Test
    void everyPackageHasAFloor() {
        Set<String> unknown = new TreeSet<>();
        for (JavaClass type : HOUSE) {
            if (floor(type) < 0) {
                unknown.add(type.getPackageName());
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(HOUSE).hasSizeGreaterThan(50);
    }

    @Test
    void usesGoDownNeverSideways() {
        Map<Integer, Set<String>> byFloor =
                HOUSE.stream()
                        .collect(
                                Collectors.groupingBy(
                                        HouseTest::floor,
                                        Collectors.mapping(HouseTest::room, Collectors.toSet())));
        for (Map.Entry<Integer, Set<String>> entry : byFloor.entrySet()) {
            for (String room : entry.getValue()) {
                int floor = entry.getKey();
                noClasses()
                        .that(areIn(room))
                        .should()
                        .dependOnClassesThat(areOutsideButNotBelow(room, floor))
                        .because(room + " stands on floor " + floor)
                        .check(HOUSE);
            }
        }
    }

    @Test
    void roomsHaveNoCycles() {
        slices().matching("dev.stethos.(**)").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void onlyTorchKnowsTheEngine() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.stethos.torch")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl.engine..", "ai.djl.ndarray..", "ai.djl.pytorch..")
                .check(HOUSE);
    }

    @Test
    void onlyGemmaKnowsTheTokenizerLibrary() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.stethos.gemma..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl.huggingface..", "com.hubspot..")
                .check(HOUSE);
    }

    @Test
    void statisticsNeedOnlyTheJdkAndAStatisticsLibrary() {
        classes()
                .that()
                .resideInAPackage("dev.stethos.stats")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.stethos.stats", "java..", "org.apache.commons..", "org.jspecify..")
                .check(HOUSE);
    }

    @Test
    void onlyAlgebraKnowsTheSymbolicLibrary() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.stethos.evaluation.algebra")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.matheclipse..", "org.hipparchus..")
                .check(HOUSE);
    }

    /// A clock that is set forward or back moves no deadline, no pause and no measured time.
    @Test
    void durationsComeFromTheMonotonicClock() {
        noClasses().should().callMethod(System.class, "currentTimeMillis").check(HOUSE);
        noClasses()
                .that()
                .resideInAnyPackage(
                        "dev.stethos.inference..", "dev.stethos.bench..", "dev.stethos.soak..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Instant")
                .check(HOUSE);
    }

    @Test
    void namesSaySomething() {
        noClasses()
                .should()
                .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)")
                .check(HOUSE);
    }

    private static String room(JavaClass type) {
        String below = type.getPackageName().replaceFirst("^dev\\.stethos\\.?", "");
        int dot = below.indexOf('.');
        return dot < 0 ? below : below.substring(0, dot);
    }

    private static int floor(JavaClass type) {
        String room = room(type);
        for (int floor = 0; floor < FLOORS.size(); floor++) {
            if (FLOORS.get(floor).contains(room)) {
                return floor;
            }
        }
        return -1;
    }

    private static DescribedPredicate<JavaClass> areIn(String room) {
        return DescribedPredicate.describe("are in " + room, type -> room(type).equals(room));
    }

    private static DescribedPredicate<JavaClass> areOutsideButNotBelow(String room, int floor) {
        return DescribedPredicate.describe(
                "are on floor " + floor + " or above",
                type ->
                        type.getPackageName().startsWith("dev.stethos")
                                && !room(type).equals(room)
                                && floor(type) >= floor);
    }
}
